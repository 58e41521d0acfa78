package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// answer is a button that Enter presses, too, and that lets Escape through.
type answer struct {
	widget.Button
	escape  func()
	sight   func(fyne.CanvasObject) // brings the control in sight
	other   func(fyne.KeyName)      // is offered what the button has no use for
	hasKeys bool
}

func (d *desk) newAnswer(label string, do func()) *answer {
	a := &answer{escape: d.escape, sight: d.bring, other: d.scrollSheet}
	a.Text, a.OnTapped = label, do
	a.ExtendBaseWidget(a)
	return a
}

// CreateRenderer adds the mark of the keyboard.
func (a *answer) CreateRenderer() fyne.WidgetRenderer {
	return ringed(a.Button.CreateRenderer(), &a.hasKeys)
}

// FocusGained shows the mark.
func (a *answer) FocusGained() {
	a.hasKeys = true
	a.Button.FocusGained()
	a.sight(a)
}

// FocusLost takes it away.
func (a *answer) FocusLost() {
	a.hasKeys = false
	a.Button.FocusLost()
}

// TypedKey presses the button or closes the sheet.
func (a *answer) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if !a.Disabled() {
			a.Tapped(nil)
		}
	case fyne.KeyEscape:
		a.escape()
	case fyne.KeySpace:
		a.Button.TypedKey(e)
	default:
		a.other(e.Name)
	}
}

// tick is a check box that lets Escape through.
type tick struct {
	widget.Check
	escape  func()
	sight   func(fyne.CanvasObject)
	hasKeys bool
}

func (d *desk) newTick(label string) *tick {
	t := &tick{escape: d.escape, sight: d.bring}
	t.Text = label
	t.ExtendBaseWidget(t)
	return t
}

// CreateRenderer adds the mark of the keyboard.
func (t *tick) CreateRenderer() fyne.WidgetRenderer {
	return ringed(t.Check.CreateRenderer(), &t.hasKeys)
}

// FocusGained shows the mark.
func (t *tick) FocusGained() {
	t.hasKeys = true
	t.Check.FocusGained()
	t.sight(t)
}

// FocusLost takes it away.
func (t *tick) FocusLost() {
	t.hasKeys = false
	t.Check.FocusLost()
}

// TypedKey ticks or closes the sheet.
func (t *tick) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyEscape {
		t.escape()
		return
	}
	t.Check.TypedKey(e)
}

// typing is an entry that lets Escape through.
type typing struct {
	widget.Entry
	escape func()
	sight  func(fyne.CanvasObject)
	other  func(fyne.KeyName) // takes the keys that go to and fro between rows, nil for nobody
}

func (d *desk) newTyping(text, hint string) *typing {
	t := &typing{escape: d.escape, sight: d.bring}
	t.PlaceHolder, t.Text = hint, text
	t.ExtendBaseWidget(t)
	return t
}

// FocusGained brings the entry in sight.
func (t *typing) FocusGained() {
	t.Entry.FocusGained()
	t.sight(t)
}

// TypedKey types or closes the sheet.
func (t *typing) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyEscape:
		t.escape()
		return
	case fyne.KeyUp, fyne.KeyDown, fyne.KeyPageUp, fyne.KeyPageDown:
		if t.other != nil {
			t.other(e.Name)
			return
		}
	}
	t.Entry.TypedKey(e)
}

// option is a choice from a short list that lets Escape through.
type option struct {
	widget.Select
	escape  func()
	sight   func(fyne.CanvasObject)
	hasKeys bool
}

func (d *desk) newOption(options []string, chosen string) *option {
	o := &option{escape: d.escape, sight: d.bring}
	o.Options, o.Selected = options, chosen
	o.ExtendBaseWidget(o)
	return o
}

// CreateRenderer adds the mark of the keyboard.
func (o *option) CreateRenderer() fyne.WidgetRenderer {
	return ringed(o.Select.CreateRenderer(), &o.hasKeys)
}

// FocusGained shows the mark.
func (o *option) FocusGained() {
	o.hasKeys = true
	o.Select.FocusGained()
	o.sight(o)
}

// FocusLost takes it away.
func (o *option) FocusLost() {
	o.hasKeys = false
	o.Select.FocusLost()
}

// TypedKey chooses or closes the sheet.
func (o *option) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyEscape {
		o.escape()
		return
	}
	o.Select.TypedKey(e)
}

// tool is a button beside the dialogs. It passes on the keys that it has no use for,
// so that they do in it what they do in the panes.
type tool struct {
	widget.Button
	key     func(fyne.KeyName)
	reached func() // is told that it has the keyboard, nil for nobody
	hasKeys bool
}

func newTool(label string, icon fyne.Resource, do func(), key func(fyne.KeyName)) *tool {
	t := &tool{key: key}
	t.Text, t.Icon, t.OnTapped, t.Importance = label, icon, do, widget.LowImportance
	t.ExtendBaseWidget(t)
	return t
}

// CreateRenderer adds the mark of the keyboard.
func (t *tool) CreateRenderer() fyne.WidgetRenderer {
	return ringed(t.Button.CreateRenderer(), &t.hasKeys)
}

// FocusGained shows the mark.
func (t *tool) FocusGained() {
	t.hasKeys = true
	t.Button.FocusGained()
	if t.reached != nil {
		t.reached()
	}
}

// FocusLost takes it away.
func (t *tool) FocusLost() {
	t.hasKeys = false
	t.Button.FocusLost()
}

// TypedKey presses the button or passes the key on.
func (t *tool) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		if !t.Disabled() {
			t.OnTapped() // Tapped would take the keyboard away
		}
	default:
		t.key(e.Name)
	}
}

// name changes the label, if it is another one.
func (t *tool) name(label string) {
	if t.Text != label {
		t.SetText(label)
	}
}

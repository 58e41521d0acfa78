package rowlist

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// Many lets several rows be chosen: with Shift from the row chosen last, with Ctrl
// one by one, with Ctrl+A all. changed is told how many they are whenever that
// changes to or from more than one; Source.Selected is told of single rows alone.
func (l *List) Many(changed func(rows int)) {
	l.picks.changed = changed
	l.picks.last = 1
}

// picks are the rows chosen beside the one that the keys move from. Its zero value
// allows one row only.
type picks struct {
	changed func(rows int)
	rows    []bool // nil while no more than one row is chosen
	count   int    // of rows that are set
	anchor  int    // where a range begins
	last    int    // what changed was told
}

func (p *picks) many() bool { return p.changed != nil }

// Picked returns the chosen rows from the top down, however many they are.
func (l *List) Picked() []int {
	if l.picks.rows == nil {
		if l.selected < 0 {
			return nil
		}
		return []int{l.selected}
	}
	out := make([]int, 0, l.picks.count)
	for i, picked := range l.picks.rows {
		if picked {
			out = append(out, i)
		}
	}
	return out
}

// PickedCount returns how many rows are chosen.
func (l *List) PickedCount() int {
	switch {
	case l.picks.rows != nil:
		return l.picks.count
	case l.selected >= 0:
		return 1
	}
	return 0
}

// IsPicked tells whether row i is chosen.
func (l *List) IsPicked(i int) bool {
	if l.picks.rows == nil {
		return i == l.selected
	}
	return l.picks.rows[i]
}

// SetPicked chooses these rows, in any order; those that are not there are left out.
// It does nothing in a list of single choice.
func (l *List) SetPicked(rows []int) {
	if !l.picks.many() {
		return
	}
	l.unpick()
	if len(rows) > 1 {
		l.begin()
		for _, i := range rows {
			l.set(i, true)
		}
	}
	l.tellPicks()
	l.Refresh()
}

// PickAll chooses every row.
func (l *List) PickAll() {
	if l.length < 2 || !l.picks.many() {
		return
	}
	l.begin()
	for i := range l.length {
		l.set(i, true)
	}
	l.tellPicks()
	l.Refresh()
}

// Toggle chooses row i beside those chosen, or no longer.
func (l *List) Toggle(i int) {
	if !l.picks.many() || i < 0 || i >= l.length {
		l.Select(i)
		return
	}
	l.several()
	l.set(i, !l.picks.rows[i])
	l.selected, l.picks.anchor = i, i
	l.tellPicks()
	l.Reveal(i)
}

// extend chooses everything from the anchor to row i.
func (l *List) extend(i int) {
	if l.length == 0 {
		return
	}
	i = min(max(i, 0), l.length-1)
	from := min(max(l.picks.anchor, 0), l.length-1)
	l.begin()
	for k := min(from, i); k <= max(from, i); k++ {
		l.set(k, true)
	}
	l.selected = i
	l.tellPicks()
	l.Reveal(i)
}

// several keeps the one chosen row as the first of several.
func (l *List) several() {
	if l.picks.rows != nil {
		return
	}
	l.begin()
	if l.selected >= 0 {
		l.set(l.selected, true)
	}
}

// walk goes to row i and leaves the choice as it is.
func (l *List) walk(i int) {
	if l.length == 0 {
		return
	}
	l.several()
	l.selected = min(max(i, 0), l.length-1)
	l.picks.anchor = l.selected
	l.Reveal(l.selected)
}

// begin makes room for several chosen rows, of which there are none yet.
func (l *List) begin() { l.picks.rows, l.picks.count = make([]bool, l.length), 0 }

// unpick goes back to the one row.
func (l *List) unpick() { l.picks.rows, l.picks.count = nil, 0 }

func (l *List) set(i int, picked bool) {
	if i < 0 || i >= l.length || l.picks.rows[i] == picked {
		return
	}
	l.picks.rows[i] = picked
	if picked {
		l.picks.count++
	} else {
		l.picks.count--
	}
}

// tellPicks tells how many rows are chosen, if somebody would see a difference.
func (l *List) tellPicks() {
	n := l.PickedCount()
	if !l.picks.many() || n == l.picks.last {
		return
	}
	l.picks.last = n
	l.picks.changed(n)
}

// TypedShortcut chooses all rows at Ctrl+A, walks at Ctrl+Up and Ctrl+Down, chooses
// a row or no longer at Ctrl+Space, and offers the other shortcuts to the window.
func (l *List) TypedShortcut(s fyne.Shortcut) {
	if l.picks.many() && l.pickBy(s) {
		return
	}
	if l.OnShortcut != nil {
		l.OnShortcut(s)
	}
}

// pickBy does what a shortcut says and tells whether it is one for choosing rows.
func (l *List) pickBy(s fyne.Shortcut) bool {
	if _, all := s.(*fyne.ShortcutSelectAll); all {
		l.PickAll()
		return true
	}
	c, ok := s.(*desktop.CustomShortcut)
	if !ok || c.Modifier != fyne.KeyModifierShortcutDefault {
		return false
	}
	switch c.KeyName {
	case fyne.KeyUp:
		l.walk(l.selected - 1)
	case fyne.KeyDown:
		l.walk(l.selected + 1)
	case fyne.KeySpace:
		l.Toggle(l.selected)
	default:
		return false
	}
	return true
}

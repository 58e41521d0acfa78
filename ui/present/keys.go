package present

// KeyLine is what a key does.
type KeyLine struct{ Keys, Does string }

// KeySection are the keys of one place.
type KeySection struct {
	Where string
	Lines []KeyLine
}

// PaneKeys are the keys of the panes, which no menu names.
func PaneKeys() []KeySection {
	return []KeySection{
		{"Everywhere", []KeyLine{
			{"Tab, Shift+Tab", "the next or the previous control; in a message, the next link"},
			{"F6, Shift+F6", "from pane to pane: mailboxes, list, message"},
			{"Enter, Space", "press the button that has the keyboard"},
			{"Escape", "close the dialog or the find bar, leave a message within a message, go back to the list"},
			{"Alt", "the menus; then the arrow keys"},
			{"F1", "these keys"},
		}},
		{"In a list", []KeyLine{
			{"Up, Down, Page Up, Page Down, Home, End", "choose a row; with Shift, all rows up to it"},
			{"Space", "read on: a screen further in the message, then the next one"},
			{"Enter", "go to the text of the message"},
			{"Right, Left", "open or close a thread; within it, Left goes to its row"},
			{"S, T, H", "show the source, the text, the header"},
			{"U", "mark unread"},
			{"/", "search all mail"},
			{"Menu, Shift+F10", "a menu of the chosen messages, as the second mouse button opens it"},
			{"Ctrl+Up, Down", "go on without choosing; Ctrl+Space chooses a row beside the others"},
		}},
		{"In the mailboxes", []KeyLine{
			{"Letters", "the next mailbox that begins with it"},
			{"Enter", "go to its messages"},
			{"F2", "rename it"},
			{"Delete", "delete it, if you made it; empty the trash"},
			{"Menu, Shift+F10", "a menu of the mailbox or the account"},
		}},
		{"In a message", []KeyLine{
			{"Up, Down, Left, Right", "scroll"},
			{"Space, Page Down", "a screen further; Shift+Space, Page Up: back"},
			{"Home, End", "the beginning, the end"},
			{"Tab, Shift+Tab", "the next or the previous link or folded quotation; beyond them, the next control"},
			{"Enter", "open the link; fold or unfold the quotation (Space does, too)"},
			{"Menu, Shift+F10", "a menu of the link, or of the text"},
			{"Shift+arrows, Page Up, Page Down, Home, End", "select"},
			{"Ctrl+Shift+Left, Right, Home, End", "select by words, or to an end of the text"},
			{"Ctrl+A", "select all"},
			{"Ctrl+C", "copy what is selected"},
			{"Letters", "what they do in the list"},
		}},
		{"In a dialog", []KeyLine{
			{"Enter, Space", "the answer that has the keyboard"},
			{"Up, Down, Page Up, Page Down, Home, End", "scroll what is long, from a button"},
			{"Escape", "close it"},
		}},
		{"In the find bar", []KeyLine{
			{"Enter", "the next place"},
			{"Tab", "to its buttons"},
			{"Escape", "close it and go to the text"},
		}},
	}
}

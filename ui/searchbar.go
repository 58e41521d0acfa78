package ui

import (
	"context"
	"errors"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"

	"restante.app/localstore"
	"restante.app/localstore/search"
	"restante.app/ui/present"
	"restante.app/ui/theme"
)

const (
	searchWidth = 250
	searchAfter = 120 * time.Millisecond // of rest while typing
	searchWait  = 300 * time.Millisecond // for mail that is not indexed yet
	mostHits    = 1000
	mostHelp    = 7 // completions offered at once
)

// searchBar is the one box to search everything in, and a line below it that says what was
// found and how the query could go on.
type searchBar struct {
	desk   *desk
	list   *listPane
	box    *typing
	line   *fyne.Container
	words  *note
	helps  *fyne.Container
	order  *tool
	rank   bool // by relevance, not by date
	ended  bool // what was typed ends here, so that what lacks in it is a mistake
	turn   int
	stop   func() // keeps what was typed from being looked for yet
	cancel context.CancelFunc
	resize func()
	mark   func(m present.Marker, word string) // in the message
}

func newSearchBar(d *desk, list *listPane) *searchBar {
	b := &searchBar{desk: d, list: list, stop: func() {}, cancel: func() {}, resize: func() {}, mark: func(present.Marker, string) {}}
	b.box = d.newTyping("", "Search all mail (/)")
	b.box.escape = b.clear
	b.box.OnChanged = func(string) { b.typed() }
	b.box.OnSubmitted = func(string) { b.enter() }
	b.words = newNote("", fyne.TextAlignLeading)
	b.helps = container.NewHBox()
	b.order = newTool("By relevance", nil, b.reorder, d.key)
	closing := newTool("", fynetheme.CancelIcon(), b.clear, d.key)
	row := container.NewBorder(nil, nil, container.NewHBox(b.words), container.NewHBox(b.order, closing), b.helps)
	b.line = container.NewVBox(container.NewStack(newGround(theme.ColorNameSidebarBackground), row), newRule())
	b.line.Hide()
	d.marks["search"], d.marks["search-said"], d.marks["search-order"], d.marks["search-close"] = b.box, b.words, b.order, closing
	return b
}

// open gives the box the keyboard.
func (b *searchBar) open() {
	b.desk.focus(b.box)
	b.box.TypedShortcut(&fyne.ShortcutSelectAll{})
}

// look puts a query into the box and looks for it at once.
func (b *searchBar) look(query string) {
	b.box.OnChanged = nil
	b.box.SetText(query)
	b.box.OnChanged = func(string) { b.typed() }
	b.enter()
}

// clear ends the search: the list shows its mailbox again.
func (b *searchBar) clear() {
	b.stop()
	b.cancel()
	b.turn++
	b.box.OnChanged = nil
	b.box.SetText("")
	b.box.OnChanged = func(string) { b.typed() }
	setShown(b.line, false)
	b.resize()
	b.mark(present.Marker{}, "")
	b.list.header.unsorted = false
	b.list.found(nil)
	b.desk.rest()
}

// typed looks for what was typed once the typing rests.
func (b *searchBar) typed() {
	b.stop()
	if b.box.Text == "" {
		b.clear()
		b.desk.focus(b.box)
		return
	}
	b.ended = false
	b.stop = b.desk.later(searchAfter, b.seek)
}

// enter looks at once, and goes to the list. The last word may still go on: what was found
// while it was typed stays.
func (b *searchBar) enter() {
	b.stop()
	if b.box.Text != "" {
		b.ended = true
		b.seek()
		b.desk.focus(b.list.list)
	}
}

func (b *searchBar) reorder() {
	b.setRank(!b.rank)
	b.seek()
	b.desk.rest()
}

// byColumn sorts what was found by the column of the heading.
func (b *searchBar) byColumn() {
	b.setRank(false)
	b.seek()
}

// setRank chooses the order of relevance, or that of the heading.
func (b *searchBar) setRank(rank bool) {
	b.rank = rank
	b.list.header.unsorted = rank
	b.list.header.Refresh()
	b.order.SetText("By relevance")
	if rank {
		b.order.SetText("By " + strings.ToLower(b.list.cols.of[b.list.cols.Sort].name))
	}
}

// seek asks the core. What was asked before is dropped.
func (b *searchBar) seek() {
	b.turn++
	b.cancel()
	ctx, cancel := context.WithCancel(context.Background())
	b.cancel = cancel
	turn, query, rank, ended, cols := b.turn, b.box.Text, b.rank, b.ended, *b.list.cols
	b.desk.spawn(func() {
		r, err := b.desk.core.Search(ctx, query, localstore.SearchOptions{Limit: mostHits, ByRelevance: rank, Typing: true, Wait: searchWait})
		refs := hitRefs(r)
		if err == nil && !rank {
			err = sortFound(b.desk.core, refs, cols)
		}
		if err == nil && ended {
			_, err = search.Parse(query, search.ParseOptions{})
		}
		helps := b.desk.core.CompleteSearch(query, len(query))
		b.desk.onUI(func() {
			if turn == b.turn {
				b.show(query, r, refs, helps, err)
			}
		})
	})
}

// hitRefs are the rows of what was found.
func hitRefs(r localstore.SearchResults) []localstore.Ref {
	refs := make([]localstore.Ref, len(r.Hits))
	for i, h := range r.Hits {
		refs[i] = h.Ref
	}
	return refs
}

func (b *searchBar) show(query string, r localstore.SearchResults, refs []localstore.Ref, helps []search.Completion, err error) {
	defer func() {
		setShown(b.line, true)
		b.resize()
	}()
	b.help(helps)
	var mistake *search.QueryError
	switch {
	case errors.Is(err, context.Canceled):
		return
	case errors.As(err, &mistake):
		b.words.say(mistake.What + " " + mistake.Next)
		return
	case err != nil:
		b.words.say(err.Error())
		return
	}
	b.words.say(present.Hits(r))
	b.list.header.unsorted = b.rank
	marker := present.NewMarker(query, true)
	b.mark(marker, present.SearchWord(query))
	b.list.found(&hits{refs: refs, again: b.seek, sorted: b.byColumn, marker: marker})
	if r.Pending > 0 {
		b.stop = b.desk.later(time.Second, b.seek)
	}
}

// help offers how the query could go on.
func (b *searchBar) help(helps []search.Completion) {
	b.helps.RemoveAll()
	for _, h := range helps[:min(len(helps), mostHelp)] {
		b.helps.Add(newTool(h.Text, nil, func() {
			text := b.box.Text
			if h.From > len(text) || h.To > len(text) || h.From > h.To {
				return // the text is another by now
			}
			b.box.SetText(text[:h.From] + h.Text + text[h.To:])
			b.box.CursorColumn = len([]rune(text[:h.From] + h.Text))
			b.desk.focus(b.box)
			b.box.Refresh()
		}, b.desk.key))
	}
	b.helps.Refresh()
}

package ui

import (
	"time"

	"restante.app/fetcher"
	"restante.app/ui/docview/dom"
	"restante.app/ui/present"
)

// gathering is how long pictures that come one after the other are waited for before the
// text is laid out with them.
const gathering = 120 * time.Millisecond

// made is told of each document that is shown.
func (p *messagePane) made(doc *dom.Document) {
	l := p.letter()
	if l == nil {
		return
	}
	p.head.also(doc.Notices)
	p.find.again()
	if p.mode != asHTML {
		p.remote.say("")
		return
	}
	if l.sender.Remote {
		p.fetchImages(l, doc.Sources)
	}
	p.sayRemote(l)
}

// sayRemote says that images on the web were not asked for, or did not come.
func (p *messagePane) sayRemote(l *letter) {
	n := l.pictures.waiting(p.text.Document().Sources)
	asked, come, failed := l.pictures.state()
	switch {
	case n > 0:
		p.remote.say(present.Blocked(n))
		setShown(p.remote.tools[1], l.from() != "")
	case failed > 0 && come == asked:
		p.remote.say(present.Unloaded(failed, asked))
		for _, t := range p.remote.tools {
			setShown(t, false)
		}
	default:
		p.remote.say("")
	}
	p.content.Refresh()
}

// loadImages asks for the images on the web, for this message or for all of its sender.
func (p *messagePane) loadImages(always bool) {
	l := p.letter()
	if l == nil {
		return
	}
	if always {
		l.sender.Remote = true
		p.keepSender(l)
	}
	p.fetchImages(l, p.text.Document().Sources)
	p.sayRemote(l)
	p.desk.rest()
}

func (p *messagePane) fetchImages(l *letter, sources []string) {
	for _, src := range l.pictures.ask(sources) {
		p.desk.spawn(func() {
			octets, err := p.desk.core.RemoteImage(l.ctx, src)
			if err != nil {
				octets = nil // told as a number, once all have come
			}
			l.pictures.put(src, octets)
			p.desk.onUI(func() { p.pictured(l) })
		})
	}
}

// pictured lays the text out with what has come, once for all that comes together.
func (p *messagePane) pictured(l *letter) {
	if l.stale {
		return
	}
	l.stale = true
	p.desk.later(gathering, func() {
		l.stale = false
		if p.letter() == l {
			p.text.ImagesChanged()
			p.sayRemote(l)
		}
	})
}

// keepSender remembers how the mail of a sender is read.
func (p *messagePane) keepSender(l *letter) {
	address, s := l.from(), l.sender
	if address == "" {
		return
	}
	work(p.desk, "Keeping how this sender is read", func() (struct{}, error) {
		return struct{}{}, p.desk.core.SetSender(address, s)
	}, func(struct{}) {})
}

// senderOf reads how the mail of an address is read. What can't be read is as if nothing
// were remembered: the message is shown all the same.
func senderOf(core Core, address string) fetcher.Sender {
	s, err := core.Sender(address)
	if err != nil {
		return fetcher.Sender{}
	}
	return s
}

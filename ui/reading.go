package ui

import "time"

// readSetting keeps when a message counts as read.
const readSetting = "ui.read"

// moment is how long a message is in view before it counts as read: long enough to
// pass it by with the keys, too short to have read it.
const moment = time.Second

// reads are the choices of when a message counts as read, the default first.
var reads = []struct{ key, label string }{
	{"moment", "Read after a moment in view"},
	{"once", "Read at once"},
	{"hand", "Read only when I say so"},
}

// reading decides when the message in view counts as read.
type reading struct {
	desk  *desk
	after string // a key of reads
	stop  func() // forgets the message in view
}

func newReading(d *desk) *reading {
	r := &reading{desk: d, after: reads[0].key, stop: func() {}}
	kept, err := d.core.Setting(readSetting)
	if err != nil {
		return r
	}
	for _, c := range reads {
		if c.key == string(kept) {
			r.after = c.key
		}
	}
	return r
}

// set changes when, and keeps the choice.
func (r *reading) set(key string) {
	r.after = key
	r.desk.put(readSetting, []byte(key))
}

// begin is told that an unread message came into view; read marks it.
func (r *reading) begin(read func()) {
	r.stop()
	switch r.after {
	case "once":
		read()
	case "moment":
		r.stop = r.desk.later(moment, read)
	}
}

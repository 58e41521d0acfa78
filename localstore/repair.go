package localstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"restante.app/localstore/internal/salvage"
)

// Repaired says what Repair found and did.
type Repaired struct {
	Sound     bool     // nothing was wrong, and nothing was changed
	Files     []string // that were made anew, by their names in the profile
	Messages  int      // in the store now
	Relisted  int      // of these: whose records were lost, and that are back in their mailboxes
	Recovered int      // and those that are in the mailbox Recovered, as nobody knows where they were
	Harmed    []Harmed // messages whose octets are not all as they were
	More      int      // of them beyond those listed
	Notes     []string // what else is lost or may be, a sentence each
	Replaced  string   // the folder that holds what was replaced, as it was
}

// Harmed is a message of which not all octets are there as they came.
type Harmed struct {
	Message MessageID
	Account string // its name, or its id where that is lost; "" if the mailbox has none
	Mailbox string
	From    string
	Subject string
	Date    time.Time
	Lost    bool // nothing is left of it but its line in the list
}

// String returns the message as a line.
func (h Harmed) String() string {
	what := "is damaged"
	if h.Lost {
		what = "is lost but for its line in the list"
	}
	place := h.Mailbox
	if h.Account != "" {
		place = h.Account + "/" + h.Mailbox
	}
	return fmt.Sprintf("message %d of %s, %s, %q from %q, %s", h.Message, place, h.Date.UTC().Format("2006-01-02"), h.Subject, h.From, what)
}

// maxHarmed bounds what Repaired names.
const maxHarmed = 1000

// RecoveredName is the mailbox for messages of which nobody knows where they were.
const RecoveredName = "Recovered"

// Repair looks at the whole store in dir, every octet of it, and makes anew what is wrong:
// the lists from the records of the messages, the records from the messages, damaged files
// from the pages that can still be read. What can't be made anew is named. No process may
// have the store open. Nothing is changed in place: the new files are checked before they
// take the places of the old, which stay in the folder Replaced. After a crash the store is
// as it was, or the next Open finishes the exchange.
//
// progress, if not nil, is told of the octets of mail read and those there are. The errors
// are ErrLocked, ErrNewer, ErrNoSpace, ErrReadOnly, ErrDisk, ErrInvalid (there is no store)
// and the context's; nothing is changed then.
func Repair(ctx context.Context, dir string, o Options, progress func(done, total int64)) (Repaired, error) {
	o.defaults()
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Repaired{}, invalid("The folder %q can't be used: %v.", dir, err)
	}
	if err := errors.Join(finishRestore(dir), finishRepair(dir)); err != nil {
		return Repaired{}, err
	}
	if !storeIn(dir) {
		return Repaired{}, invalid("There is no mail store in %s.", dir)
	}
	r, sound, err := soundAlready(ctx, dir, o)
	switch {
	case err != nil || sound:
		return Repaired{Sound: sound, Messages: r.Messages}, err
	case r.onlySearch(dir):
		return Repaired{Files: []string{filepath.Base(searchPath(dir))}, Messages: r.Messages}, renewSearch(dir)
	}
	unlock, err := lockFolder(dir, o.LockTimeout)
	if err != nil {
		return Repaired{}, err
	}
	p := newRepairer(ctx, dir, o, progress)
	err = p.run()
	err = errors.Join(err, unlock())
	if err != nil {
		return Repaired{}, errors.Join(classify(dir, err), classify(p.fresh, os.RemoveAll(p.fresh)))
	}
	return p.r, nil
}

// storeIn tells whether anything of a store is in a folder.
func storeIn(dir string) bool {
	shards, err := filepath.Glob(filepath.Join(bodiesPath(dir), "*.bolt"))
	if err == nil && len(shards) > 0 {
		return true
	}
	_, err = os.Lstat(metaPath(dir))
	return err == nil
}

// soundAlready opens the store and reads all of it.
func soundAlready(ctx context.Context, dir string, o Options) (r Report, sound bool, err error) {
	broken := func(err error) bool { return errors.Is(err, ErrDamaged) || errors.Is(err, ErrDisk) }
	o.IndexLazily = true
	s, err := Open(dir, o)
	if err != nil {
		if broken(err) {
			err = nil
		}
		return Report{}, false, err
	}
	r, err = s.Check(ctx, true)
	if err = errors.Join(err, s.Close()); err != nil && !broken(err) {
		return r, false, err
	}
	return r, err == nil && r.OK(), nil
}

// lockFolder keeps other processes out of a store, whether or not bbolt can open it.
func lockFolder(dir string, wait time.Duration) (unlock func() error, err error) {
	path := metaPath(dir)
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		path = dir
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, classify(path, err)
	}
	for until := time.Now().Add(wait); ; time.Sleep(20 * time.Millisecond) {
		ok, err := lockFile(file)
		if err == nil && ok && runtime.GOOS == "windows" { // which renames no open file
			return func() error { return nil }, classify(path, file.Close())
		}
		if err == nil && ok {
			return func() error { return classify(path, file.Close()) }, nil
		}
		if err != nil {
			return nil, errors.Join(classify(path, err), file.Close())
		}
		if time.Now().After(until) {
			return nil, errors.Join(locked(path, nil), file.Close())
		}
	}
}

// repairer does one Repair. The new files are made in the folder fresh.
type repairer struct {
	ctx      context.Context
	dir      string
	fresh    string
	o        Options
	progress func(done, total int64)

	s       *Store // over the new files, as far as they are; nothing runs in it
	meta    salvage.Outcome
	id      []byte
	shards  map[uint32]*oldShard
	aside   []string // files that are put aside with nothing in their place
	version uint32   // of meta.bolt, 0 if that is lost
	trusted bool     // meta.bolt says what was committed last
	old     inventory

	boxes       map[MailboxID]mailboxRecord
	bodies      map[contentID]*bodyState
	lost        []lostRecord
	badOnes     []badMessage
	badContents map[contentID]bool
	replacedBy  map[contentID]newBody
	dropped     map[contentID]uint32 // bodies that the next open removes, and their shards
	next        contentID
	replaced    string // the name of the folder for what is replaced

	done, total int64
	r           Repaired
}

func newRepairer(ctx context.Context, dir string, o Options, progress func(done, total int64)) *repairer {
	return &repairer{
		ctx: ctx, dir: dir, fresh: repairPath(dir) + partSuffix, o: o, progress: progress,
		shards: map[uint32]*oldShard{}, boxes: map[MailboxID]mailboxRecord{}, bodies: map[contentID]*bodyState{},
		replacedBy: map[contentID]newBody{}, dropped: map[contentID]uint32{},
		replaced: "replaced-" + o.Now().UTC().Format(keptTime),
	}
}

func (p *repairer) run() error {
	if err := os.RemoveAll(p.fresh); err != nil {
		return err
	}
	if err := p.survey(); err != nil {
		return err
	}
	if err := p.room(); err != nil {
		return err
	}
	if err := os.MkdirAll(bodiesPath(p.fresh), 0o700); err != nil {
		return err
	}
	if err := p.openFresh(); err != nil {
		return err
	}
	if err := errors.Join(p.make(), p.s.shards.close(), p.s.meta.close()); err != nil {
		return err
	}
	return p.swap()
}

func (p *repairer) make() error {
	for _, step := range []func() error{
		p.readOld, p.oldIDs, p.fillShards, p.readBodies, p.readMailboxes, p.cleanSeen, p.readMessages,
		p.relist, p.replaceBodies, p.contents, p.ids, p.lists, p.state, p.verify,
	} {
		if err := context.Cause(p.ctx); err != nil {
			return err
		}
		if err := step(); err != nil {
			return err
		}
		if err := p.o.fault("repair"); err != nil {
			return err
		}
	}
	return p.s.meta.db.Sync()
}

func (p *repairer) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(p.r.Notes, text) {
		p.r.Notes = append(p.r.Notes, text)
	}
}

func (p *repairer) tell(octets int64) {
	if p.done += octets; p.progress != nil {
		p.progress(p.done, p.total)
	}
}

// room refuses a repair that the disk has no room for.
func (p *repairer) room() error {
	need := int64(64 << 20)
	if info, err := os.Stat(metaPath(p.dir)); err == nil {
		need += info.Size() + info.Size()/2
	}
	for _, sh := range p.shards {
		if !sh.sound {
			need += sh.size + sh.size/8
		}
	}
	free, err := p.o.freeSpace(p.dir)
	if err != nil {
		return classify(p.dir, err)
	}
	if free < need {
		return &Error{
			Kind: ErrNoSpace, Path: p.dir,
			What: fmt.Sprintf("The repair needs %d MB on the disk of %s, and %d MB are free there.", need>>20, p.dir, free>>20),
			Next: "Free some space on that disk, then repair again; nothing was changed.",
		}
	}
	return nil
}

// verify checks the new files together with those that stay. Every octet was read as they
// were made.
func (p *repairer) verify() error {
	r, err := p.s.Check(p.ctx, false)
	if err != nil {
		return err
	}
	if !r.OK() {
		e := damaged(p.dir, "can't be repaired: what was made of it is not sound ("+r.Problems[0].String()+")", nil)
		e.Next = "Nothing was changed. Keep a copy of the profile folder, and restore a backup (popfetch restore)."
		return e
	}
	p.r.Messages = r.Messages
	return nil
}

// swap puts the new files into the places of the old.
func (p *repairer) swap() error {
	if err := p.announce(); err != nil {
		return err
	}
	if err := p.o.fault("swap"); err != nil {
		return err
	}
	if err := finishRepair(p.dir); err != nil {
		return err
	}
	if path := filepath.Join(p.dir, p.replaced); !missing(path) {
		p.r.Replaced = path
	}
	return nil
}

func missing(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, fs.ErrNotExist)
}

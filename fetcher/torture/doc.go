// Package torture is the rig that tries to make Restante lose or double mail.
//
// It holds tests only. They run the real program (cmd/popfetch), let it collect by
// RDEL, and disturb it at random points: kill -9, a connection cut or stalled, a full
// disk, writes and fsyncs that fail, a power cut.
// After each blow every letter must be in the store or at the post office, none
// twice in the store, and the store must pass its own check; then the next fetch
// must bring everything over, once.
//
// All of it happens in four dialects: POP1 against the real post office, and POP3
// against a server of this rig's own: with unique ids, without, and one that is odd, with
// ids that are doubled, missing and others the next time, and that leaves its first
// QUIT after a deletion unanswered.
//
// The same is done to what the program does beside fetching: imports, compactions, backups,
// migrations, repairs, and the making and joining of the search index are killed at random
// points. Every letter must be there once and as it was, what is called a backup must be one,
// and the next time all of it must be done.
//
// "make test" strikes a few times, "make torture" thousands of times; -kills, -upkeeps,
// -cuts, -faults, -powercuts and -letters say how often and how large. What needs
// root (tmpfs, loop mounts) or strace says so in the log where it is not to be had.
//
// The rig has a control: built with the tag torture_nosync the store leaves out its
// fsyncs, and then the power cut must lose mail, or the rig could not detect a loss. The
// kills have one too: letters that were taken away and doubled by hand, and a file that is
// a part of itself, must be told.
package torture

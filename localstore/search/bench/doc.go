// Package bench measures the search index beside SQLite's FTS5 and notmuch, on the same
// mail in the same run, and prints a line a figure, as package fetcher/bench does. A peer
// that is not here is left out, and the benchmark says so.
//
// It holds tests only. "make bench" runs it at 100,000 messages; "make bench SEARCH=1000000
// PEERS=none" at a million, which takes longer; "make test" runs it small, to know that it
// works and that FTS5 finds the same, and judges nothing.
package bench

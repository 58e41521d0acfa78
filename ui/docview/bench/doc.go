// Package bench measures what the document view takes of memory and of time beside the
// size of what it shows, and prints a line a figure, as package fetcher/bench does.
//
// It holds tests only. "make bench" runs it at full size; "make test" runs it small, to
// know that it works, and judges nothing.
package bench

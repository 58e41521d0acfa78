// Package bench measures the search index beside SQLite's FTS5 on the same mail in the
// same run, and prints a line a figure, as package fetcher/bench does. SQLite comes with
// Python; without it our figures stand alone.
//
// It holds tests only. "make bench" runs it at full size; "make test" runs it small, to
// know that it works and that both find the same, and judges nothing.
package bench

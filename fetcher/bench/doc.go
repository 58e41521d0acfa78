// Package bench measures what Restante promises about speed and memory, beside a
// named peer in the same run, and prints a line a figure:
//
//	NAME VALUE LIMIT ok      or      NAME VALUE LIMIT SHORT
//
// It holds tests only. "make bench" runs it at full size; "make test" runs it small,
// to know that it works, and judges nothing.
package bench

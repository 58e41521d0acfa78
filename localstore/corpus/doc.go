// Package corpus makes mail for benchmarks and tests of size: as many messages as
// are asked for, always the same for a seed, any of them by its number alone.
//
// What it makes has the shape that mail has where shape costs something: words by
// Zipf's law over a vocabulary that grows a long tail, seven languages of which
// three are written without spaces, threads with References, dates that mostly go
// up, sizes from a line to some hundred kilobytes, and attachments if wanted. The
// words themselves mean nothing.
package corpus

// Package search is a full-text index of mail in one bbolt file that can always be
// built anew from the mail itself. format.md describes the file.
//
// An Index is made of segments that never change: each has the words of some documents
// with the documents' rows, the newest first, so that a search for the newest hundred
// stops as soon as it has them. New documents make new segments, which Merge joins by
// and by; deleted ones are marked. A Mark, kept in the same transaction, says how far
// the caller's documents are in, so that nothing is left out after a crash.
//
// Parse reads the query language, Complete helps to type it, and Query.Spans tells what
// to highlight. Letters are compared without case and accents; scripts written without
// spaces are found by any two neighbouring characters.
package search

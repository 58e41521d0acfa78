// Package scale measures what a store of a million messages costs beside one of ten
// thousand: fetching into it, its pages, its threads, and the whole program's start and
// memory. Its tests are the rig behind a part of make bench.
package scale

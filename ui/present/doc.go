// Package present turns what the core knows into what the window says: rows,
// dates, sizes and sentences. It has no toolkit in it and no state.
package present

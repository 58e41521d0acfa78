// Package seal holds the stamp that turns a manifest into a receipt.
//
// It lies below localstore/internal so that the compiler lets only localstore
// import it: no protocol code can write the type's name, and so none can issue a
// custody.Receipt.
package seal

// Stamp says that a store has committed what it vouches for. The zero Stamp
// vouches for nothing; custody.Issue answers it with a receipt that covers nothing.
type Stamp struct {
	committed bool
}

// Committed returns the stamp. Call it only after the commit has returned
// without an error and the octets are on the disk.
func Committed() Stamp { return Stamp{committed: true} }

// Valid tells whether the stamp came from Committed.
func (s Stamp) Valid() bool { return s.committed }

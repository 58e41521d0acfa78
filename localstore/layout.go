package localstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
)

// schema is the version of the layout that format.md describes.
const schema = 4

// shardSchema is that of the body files, which later versions left as they were.
const shardSchema = 1

// chunkSize is the number of octets of a body in one chunk.
const chunkSize = 1 << 20

// The buckets of meta.bolt.
var (
	bucketStore     = []byte("store")
	bucketAccounts  = []byte("accounts")
	bucketMailboxes = []byte("mailboxes")
	bucketSources   = []byte("sources")
	bucketCounts    = []byte("counts")
	bucketMessages  = []byte("messages")
	bucketFlags     = []byte("flags")
	bucketRefs      = []byte("refs")
	bucketContents  = []byte("contents")
	bucketSeen      = []byte("seen")
	bucketShards    = []byte("shards")
	bucketPending   = []byte("pending")
	bucketSettings  = []byte("settings")
	bucketJournal   = []byte("journal")
	bucketHeads     = []byte("heads")
	bucketChanges   = []byte("changes")
	bucketThreads   = []byte("threads")
	bucketMembers   = []byte("members")
	bucketJoins     = []byte("joins")
	bucketHarmed    = []byte("harmed")
	bucketImports   = []byte("imports")
	bucketDeeds     = []byte("deeds")
	bucketDeedNotes = []byte("deednotes")

	bucketIdentities    = []byte("identities")
	bucketNewIdentities = []byte("newidentities")
	bucketLinks         = []byte("links")
	bucketNewLinks      = []byte("newlinks")
	bucketIDs           = []byte("ids")
	bucketIDHashes      = []byte("idhashes")
	bucketNewIDHashes   = []byte("newidhashes")
	// Before version 4.
	bucketUIDLs = []byte("uidls")
	// Before version 3.
	bucketIdentity  = []byte("identity")
	bucketThreadIDs = []byte("threadids")

	metaBuckets = [][]byte{
		bucketStore, bucketAccounts, bucketMailboxes, bucketSources, bucketCounts,
		bucketMessages, bucketFlags, bucketRefs, bucketContents,
		bucketSeen, bucketShards, bucketPending, bucketSettings,
	}
	// hashBuckets are of version 3.
	hashBuckets = [][]byte{bucketIdentities, bucketNewIdentities, bucketLinks, bucketNewLinks}
	// idBuckets are of version 4.
	idBuckets = [][]byte{bucketIDs, bucketIDHashes, bucketNewIDHashes}
	// laterBuckets came with POP3, with version 2, with search, with repairs, with marks of
	// imports and with operations that are undone from the disk. A profile from before gets
	// them when it is opened.
	laterBuckets = [][]byte{
		bucketJournal, bucketHeads,
		bucketThreads, bucketMembers, bucketJoins, bucketChanges,
		bucketHarmed, bucketImports,
		bucketDeeds, bucketDeedNotes,
	}
)

// The buckets of bodies/NNNN.bolt.
var (
	bucketShard  = []byte("shard")
	bucketBodies = []byte("bodies")
)

// The keys of bucketStore and bucketShard.
var (
	keySchema = []byte("schema") // both: u32
	keyID     = []byte("id")     // both: 16 octets that the files of a store share
	keyLanes  = []byte("lanes")  // meta.bolt: two u32, the shards that new bodies go to
	keyBatch  = []byte("batch")  // both: u64, the number of the last batch committed
	keyNumber = []byte("number") // shard: u32
	// meta.bolt, while a migration is not finished: u64, the last message in a thread
	keyThreaded = []byte("threaded")
)

// contentID numbers a body within a profile, in the order of collection.
type contentID uint64

// tail is the chunk number of the last piece of a body, which a complete body has.
const tail = ^uint32(0)

// noMessage is the value in bucketSeen of what was deleted.
var noMessage = u64(0)

var errRecord = errors.New("a record can't be read")

func u32(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
func u64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func parseU32(p []byte) (uint32, error) {
	if len(p) != 4 {
		return 0, fmt.Errorf("%w: %d octets for 4", errRecord, len(p))
	}
	return binary.BigEndian.Uint32(p), nil
}

func parseU64(p []byte) (uint64, error) {
	if len(p) != 8 {
		return 0, fmt.Errorf("%w: %d octets for 8", errRecord, len(p))
	}
	return binary.BigEndian.Uint64(p), nil
}

// bodyKey is the key of a piece of a body in its shard.
func bodyKey(id contentID, chunk uint32) []byte {
	key := binary.BigEndian.AppendUint64(make([]byte, 0, 12), uint64(id))
	return binary.BigEndian.AppendUint32(key, chunk)
}

func parseBodyKey(key []byte) (contentID, uint32, error) {
	if len(key) != 12 {
		return 0, 0, fmt.Errorf("%w: a body's key has %d octets", errRecord, len(key))
	}
	return contentID(binary.BigEndian.Uint64(key)), binary.BigEndian.Uint32(key[8:]), nil
}

// identityRow is a row of the identities: the start of the identity and the content
// that has it. The whole identity is in the content's record.
func identityRow(id Identity, content contentID) hashRow {
	return hashRow{binary.BigEndian.Uint64(id[:]), uint64(content)}
}

// seenKey is a key of bucketSeen: this content came for that mailbox.
func seenKey(content contentID, mailbox MailboxID) []byte {
	return appendSeenKey(make([]byte, 0, 16), content, mailbox)
}

func appendSeenKey(p []byte, content contentID, mailbox MailboxID) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(p, uint64(content)), uint64(mailbox))
}

// sourceKey is a key of bucketSources. Neither part can hold a NUL.
func sourceKey(account, source string) []byte {
	key := append(make([]byte, 0, len(account)+len(source)+1), account...)
	key = append(key, 0)
	return append(key, source...)
}

// The names of the files of a store within its folder.
const (
	metaName   = "meta.bolt"
	bodiesName = "bodies"
)

func metaPath(dir string) string   { return filepath.Join(dir, metaName) }
func bodiesPath(dir string) string { return filepath.Join(dir, bodiesName) }
func searchPath(dir string) string { return filepath.Join(dir, "search.bolt") }
func markPath(dir string) string   { return filepath.Join(dir, "in-use") }

func shardPath(dir string, number uint32) string {
	return filepath.Join(dir, shardName(number))
}

func shardName(number uint32) string {
	return filepath.Join(bodiesName, fmt.Sprintf("%04d.bolt", number))
}

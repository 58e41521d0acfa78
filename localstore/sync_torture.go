//go:build torture_nosync

package localstore

const noSync = true

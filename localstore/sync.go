//go:build !torture_nosync

package localstore

// noSync is false in every program that people use. The torture rig's control run
// is built with the tag torture_nosync, to show that the rig detects lost mail.
const noSync = false

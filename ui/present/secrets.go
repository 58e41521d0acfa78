package present

import "restante.app/fetcher"

// Secrets says where passwords are kept.
func Secrets(s fetcher.SecretState) string {
	switch {
	case s.Locked && s.Place == fetcher.InMemory:
		return "Passwords are in a sealed file of this profile, which is locked: Restante asks for each password until you unlock it."
	case s.Place == fetcher.InKeyring:
		return "Passwords are kept in this desktop's keyring."
	case s.Place == fetcher.InFile:
		return "Passwords are kept in a file of this profile, sealed with your passphrase."
	}
	return "There is no keyring here. Passwords are kept in memory only, until you quit; with a passphrase they can be kept in a sealed file."
}

// KeepPassword names the tick that has a password kept, and tells whether there is
// anywhere to keep it.
func KeepPassword(s fetcher.SecretState) (label string, possible bool) {
	switch {
	case s.Locked && s.Place == fetcher.InMemory:
		return "The passwords' file is locked: this one is kept in memory until you quit.", false
	case s.Place == fetcher.InKeyring:
		return "Keep the password in this desktop's keyring", true
	case s.Place == fetcher.InFile:
		return "Keep the password in the file sealed with your passphrase", true
	}
	return "No keyring here: the password is kept in memory until you quit. File, Passwords… sets up a sealed file.", false
}

// CheckPassphrase says what is wrong with a new passphrase, "" if nothing is.
func CheckPassphrase(first, second string) string {
	switch {
	case len([]rune(first)) < 8:
		return "Take at least 8 characters; a few words are easy to remember and hard to guess."
	case first != second:
		return "The two are not the same: type the passphrase again."
	}
	return ""
}

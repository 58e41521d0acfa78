package tnef

import "encoding/binary"

// preset is what the dictionary begins with ([MS-OXRTFCP] section 2.1.2.1).
const preset = `{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0` + "\r\n" + `\par \pard\plain\f0\fs20\b\i\u\tab\tx`

const window = 4096

// decompress undoes the compression of RTF ([MS-OXRTFCP]), most octets of it at most.
func decompress(b []byte, most int) []byte {
	if len(b) < 16 {
		return nil
	}
	size := int(min(int64(binary.LittleEndian.Uint32(b[4:])), int64(most)))
	kind := binary.LittleEndian.Uint32(b[8:])
	b = b[16:]
	switch kind {
	case 0x414c454d: // MELA: it is not compressed
		return b[:min(size, len(b))]
	case 0x75465a4c: // LZFu
	default:
		return nil
	}
	var dict [window]byte
	at := copy(dict[:], preset)
	// What is claimed of the size says nothing: 17 octets are two references at most.
	out := make([]byte, 0, min(size, len(b)*9))
	put := func(c byte) {
		out = append(out, c)
		dict[at%window] = c
		at++
	}
	for len(b) > 0 && len(out) < size {
		flags := b[0]
		b = b[1:]
		for bit := 0; bit < 8 && len(b) > 0 && len(out) < size; bit++ {
			if flags>>bit&1 == 0 {
				put(b[0])
				b = b[1:]
				continue
			}
			if len(b) < 2 {
				return out
			}
			ref := binary.BigEndian.Uint16(b)
			b = b[2:]
			from, n := int(ref>>4), int(ref&15)+2
			if from == at%window {
				return out // the end
			}
			for i := range n {
				put(dict[(from+i)%window])
			}
		}
	}
	return out[:min(len(out), size)]
}

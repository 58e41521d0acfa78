// Package fonts carries the faces of the window: IBM Plex Sans and IBM Plex Mono,
// under the SIL Open Font License 1.1 (OFL.txt beside this file). They are IBM's
// own releases @ibm/plex-sans 1.1.0 and @ibm/plex-mono 2.5.0 with the compression
// of the WOFF files replaced by that of Zstandard and nothing else changed: it
// unpacks in a few ms, and the program is 0.7 MB smaller for it.
//
// Plex Sans covers Latin, Cyrillic and Greek. Plex Mono covers Latin and Cyrillic,
// and the characters that boxes are drawn with. Other scripts come from elsewhere;
// see package restante.app/ui/theme.
package fonts

import (
	"embed"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

//go:embed *.zst
var packed embed.FS

// The faces, as TrueType files. They are shared: do not change the octets.
var (
	Sans           = unpacked("IBMPlexSans-Regular")
	SansBold       = unpacked("IBMPlexSans-SemiBold")
	SansItalic     = unpacked("IBMPlexSans-Italic")
	SansBoldItalic = unpacked("IBMPlexSans-SemiBoldItalic")
	Mono           = unpacked("IBMPlexMono-Regular")
	MonoBold       = unpacked("IBMPlexMono-SemiBold")
)

var decoder, decoderErr = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))

// unpacked returns a face. The files are part of the program: no input and no machine can
// make reading them fail, and where the build is at fault there is no state to go on in.
func unpacked(name string) []byte {
	if decoderErr != nil {
		panic("fonts: " + decoderErr.Error())
	}
	octets, err := packed.ReadFile(name + ".ttf.zst")
	if err == nil {
		octets, err = decoder.DecodeAll(octets, nil)
	}
	if err != nil {
		panic(fmt.Sprintf("fonts: the program was built without %s: %v", name, err))
	}
	return octets
}

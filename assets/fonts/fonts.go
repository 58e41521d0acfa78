// Package fonts carries the faces of the window: IBM Plex Sans and IBM Plex Mono,
// under the SIL Open Font License 1.1 (OFL.txt beside this file). They are IBM's
// own releases @ibm/plex-sans 1.1.0 and @ibm/plex-mono 2.5.0 with the compression
// of the WOFF files taken off and nothing else changed.
//
// Plex Sans covers Latin, Cyrillic and Greek. Plex Mono covers Latin and Cyrillic,
// and the characters that boxes are drawn with. Other scripts come from elsewhere;
// see package restante.app/ui/theme.
package fonts

import _ "embed" // the faces

// The faces, as TrueType files. They are shared: do not change the octets.
var (
	//go:embed IBMPlexSans-Regular.ttf
	Sans []byte
	//go:embed IBMPlexSans-SemiBold.ttf
	SansBold []byte
	//go:embed IBMPlexSans-Italic.ttf
	SansItalic []byte
	//go:embed IBMPlexSans-SemiBoldItalic.ttf
	SansBoldItalic []byte
	//go:embed IBMPlexMono-Regular.ttf
	Mono []byte
	//go:embed IBMPlexMono-SemiBold.ttf
	MonoBold []byte
)

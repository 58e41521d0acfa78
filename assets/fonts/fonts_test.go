package fonts

import (
	"bytes"
	"strings"
	"testing"

	"github.com/go-text/typesetting/font"
)

// TestFaces reads each face and looks whether it is the one that it is named after.
func TestFaces(t *testing.T) {
	for _, c := range []struct {
		name   string
		octets []byte
		family string
		weight font.Weight
		style  font.Style
	}{
		{"Sans", Sans, "IBM Plex Sans", font.WeightNormal, font.StyleNormal},
		{"SansBold", SansBold, "IBM Plex Sans", font.WeightSemibold, font.StyleNormal},
		{"SansItalic", SansItalic, "IBM Plex Sans", font.WeightNormal, font.StyleItalic},
		{"SansBoldItalic", SansBoldItalic, "IBM Plex Sans", font.WeightSemibold, font.StyleItalic},
		{"Mono", Mono, "IBM Plex Mono", font.WeightNormal, font.StyleNormal},
		{"MonoBold", MonoBold, "IBM Plex Mono", font.WeightSemibold, font.StyleNormal},
	} {
		face, err := font.ParseTTF(bytes.NewReader(c.octets))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		d := face.Describe()
		if !strings.HasPrefix(strings.ToLower(d.Family), strings.ToLower(c.family)) || d.Aspect.Weight != c.weight || d.Aspect.Style != c.style {
			t.Errorf("%s is %+v", c.name, d)
		}
	}
}

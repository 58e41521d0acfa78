package dom

import (
	"strconv"
	"strings"
)

// markerOf is the marker of a list item by the type of its list (CSS 2.1 section 12.5.1).
func markerOf(kind string, n int) string {
	switch kind {
	case "none":
		return ""
	case "disc", "":
		return "•"
	case "circle":
		return "◦"
	case "square":
		return "▪"
	case "decimal-leading-zero":
		if n >= 0 && n < 10 {
			return "0" + strconv.Itoa(n) + "."
		}
	case "lower-alpha", "lower-latin":
		return letters(n, 'a') + "."
	case "upper-alpha", "upper-latin":
		return letters(n, 'A') + "."
	case "lower-roman":
		return strings.ToLower(roman(n)) + "."
	case "upper-roman":
		return roman(n) + "."
	}
	if text, ok := strings.CutPrefix(kind, "\""); ok {
		return text[:min(len(text), 32)]
	}
	if strings.HasPrefix(kind, "disclosure") {
		return "▸"
	}
	return strconv.Itoa(n) + "."
}

func letters(n int, first byte) string {
	if n < 1 {
		return strconv.Itoa(n)
	}
	var b []byte
	for ; n > 0; n = (n - 1) / 26 {
		b = append([]byte{first + byte((n-1)%26)}, b...)
	}
	return string(b)
}

func roman(n int) string {
	if n < 1 || n > 3999 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, d := range []struct {
		value int
		sign  string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= d.value {
			b.WriteString(d.sign)
			n -= d.value
		}
	}
	return b.String()
}

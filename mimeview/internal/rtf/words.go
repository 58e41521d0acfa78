package rtf

// said are the control words that are characters.
var said = map[string]string{
	"tab": "\t", "cell": "\t", "nestcell": "\t", "row": "\n", "nestrow": "\n", "par": "\n", "line": "\n", "sect": "\n", "page": "\n",
	"lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "endash": "–", "emdash": "—",
	"emspace": " ", "enspace": " ", "qmspace": " ", "zwj": "\u200d", "zwnj": "\u200c",
}

// silent are destinations that are no text of the document.
var silent = map[string]bool{
	"fonttbl": true, "colortbl": true, "stylesheet": true, "info": true, "pict": true, "object": true, "header": true, "headerl": true,
	"headerr": true, "headerf": true, "footer": true, "footerl": true, "footerr": true, "footerf": true, "fldinst": true, "filetbl": true,
	"listtable": true, "listoverridetable": true, "revtbl": true, "rsidtbl": true, "themedata": true, "colorschememapping": true,
	"datastore": true, "latentstyles": true, "generator": true, "xmlnstbl": true, "bkmkstart": true, "bkmkend": true,
}

// charsets are the codepages of \fcharset.
var charsets = map[int]int{
	0: 1252, 77: 10000, 128: 932, 129: 949, 130: 1361, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256, 186: 1257,
	204: 1251, 222: 874, 238: 1250,
}

// do obeys a control word.
func (r *reader) do(word string, number int, has bool) {
	starred := r.starred
	r.starred = false
	if r.state(word, number, has) {
		return
	}
	if s, ok := said[word]; ok {
		r.ignore = 0
		if r.html && !r.s.tag && word != "par" && word != "line" && word != "tab" {
			s = entities[word]
		}
		r.write(s)
		return
	}
	if silent[word] || starred && word != "htmltag" {
		r.flush()
		r.s.skip = true
	}
	switch word {
	case "htmltag":
		r.flush()
		if !r.html {
			r.s.skip = true
		}
		r.s.tag = true
	case "fonttbl":
		r.inFonts = len(r.stack)
	case "bin":
		r.flush()
		r.at = min(len(r.b), r.at+max(number, 0))
	case "u":
		r.char(number)
	}
}

// entities are those of the control words in text that was made of HTML.
var entities = map[string]string{
	"lquote": "&lsquo;", "rquote": "&rsquo;", "ldblquote": "&ldquo;", "rdblquote": "&rdquo;", "bullet": "&bull;", "endash": "&ndash;",
	"emdash": "&mdash;", "emspace": " ", "enspace": " ", "zwj": "&zwj;", "zwnj": "&zwnj;",
}

// state obeys the words that change how text is read.
func (r *reader) state(word string, number int, has bool) bool {
	switch word {
	case "htmlrtf":
		r.flush()
		r.s.rendered = !has || number != 0
	case "uc":
		r.s.unicode = min(max(number, 0), 100)
	case "ansicpg":
		r.flush()
		r.codepage = number
	case "mac":
		r.codepage = 10000
	case "pc":
		r.codepage = 437
	case "pca":
		r.codepage = 850
	case "f":
		r.flush()
		r.s.font = number
	case "fcharset":
		if page, ok := charsets[number]; ok && r.inFonts > 0 && len(r.fonts) < 10_000 {
			if number != 0 { // ANSI means the document's own
				r.fonts[r.s.font] = page
			}
		}
	case "plain":
		r.flush()
		r.s.font = -1
	case "v":
		r.flush()
		r.s.hidden = !has || number != 0
	default:
		return false
	}
	return true
}

// char takes \u.
func (r *reader) char(number int) {
	if r.ignore > 0 {
		r.ignore = 0
	}
	if len(r.octets) > 0 {
		r.flush()
	}
	r.units = append(r.units, uint16(number))
	r.ignore = r.s.unicode
}

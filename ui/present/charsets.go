package present

// Charset is one that a person may say a text is in.
type Charset struct{ Name, Label string }

// Charsets are those that mail was written in, under the names that people know.
func Charsets() []Charset {
	return []Charset{
		{"", "As the message says"},
		{"utf-8", "Unicode (UTF-8)"},
		{"windows-1252", "Western (Windows-1252)"},
		{"iso-8859-15", "Western (ISO 8859-15)"},
		{"windows-1250", "Central European (Windows-1250)"},
		{"iso-8859-2", "Central European (ISO 8859-2)"},
		{"windows-1251", "Cyrillic (Windows-1251)"},
		{"koi8-r", "Cyrillic (KOI8-R)"},
		{"windows-1253", "Greek (Windows-1253)"},
		{"windows-1254", "Turkish (Windows-1254)"},
		{"windows-1257", "Baltic (Windows-1257)"},
		{"windows-1255", "Hebrew (Windows-1255)"},
		{"windows-1256", "Arabic (Windows-1256)"},
		{"windows-1258", "Vietnamese (Windows-1258)"},
		{"windows-874", "Thai (Windows-874)"},
		{"shift_jis", "Japanese (Shift JIS)"},
		{"iso-2022-jp", "Japanese (ISO 2022-JP)"},
		{"euc-jp", "Japanese (EUC-JP)"},
		{"gb18030", "Chinese, simplified (GB 18030)"},
		{"big5", "Chinese, traditional (Big5)"},
		{"euc-kr", "Korean (EUC-KR)"},
	}
}

// ReadAs says that a text is read in a charset that a person has chosen.
func ReadAs(c Charset) string {
	return "The text is read as " + c.Label + ", as you asked. The message itself stays as it is."
}

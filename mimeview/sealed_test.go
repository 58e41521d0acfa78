package mimeview

import (
	"encoding/base64"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const signature = "Content-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----\nx"

func TestSigned(t *testing.T) {
	t.Parallel()
	v := parse(t, strings.Replace(mixed("signed", plainForm, signature), "boundary=", "protocol=\"application/pgp-signature\"; boundary=", 1), Options{})
	if v.Signed != openPGP || v.Encrypted != "" || v.Text != "plain\n" || len(v.Parts) != 1 || v.Parts[0].Class != Signature {
		t.Errorf("%q, signed %q, parts %+v", v.Text, v.Signed, v.Parts)
	}
	v = parse(t, "Subject: a\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\ntext\n-----BEGIN PGP SIGNATURE-----\nx\n", Options{})
	if v.Signed != openPGP || !strings.Contains(v.Text, "text") {
		t.Errorf("%q, signed %q", v.Text, v.Signed)
	}
}

// TestEncrypted is a row of the threats: what is encrypted stands alone, and nothing
// of it gets into the HTML beside it.
func TestEncrypted(t *testing.T) {
	t.Parallel()
	secret := "-----BEGIN PGP MESSAGE-----\n\nc2VjcmV0\n-----END PGP MESSAGE-----"
	sealed := "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=encrypted\n\n" +
		inner("encrypted", "Content-Type: application/pgp-encrypted\n\nVersion: 1", "Content-Type: application/octet-stream; name=encrypted.asc\n\n"+secret)
	v := parse(t, "Subject: a\n"+sealed, Options{})
	if v.Encrypted != openPGP || !noticed(v, "encrypted with OpenPGP") || len(v.Parts) != 1 || v.Parts[0].Name != "encrypted.asc" || v.Text != "[This message is encrypted.]\n" {
		t.Errorf("%q, parts %+v, notices %q", v.Text, v.Parts, v.Notices)
	}
	v = parse(t, mixed("mixed", "Content-Type: text/html\n\n<img src=\"http://thief.example/", sealed, "Content-Type: text/html\n\n\">"), Options{})
	for _, b := range v.Bodies {
		if strings.Contains(b.HTML, "thief") && (strings.Contains(b.HTML, "c2Vj") || strings.HasSuffix(b.HTML, `">`)) {
			t.Errorf("bodies are joined: %q", b.HTML)
		}
	}
	if v := parse(t, "Subject: a\n\n"+secret+"\n", Options{}); v.Encrypted != openPGP || !strings.Contains(v.Text, "c2Vj") {
		t.Errorf("inline: %q, %q", v.Encrypted, v.Text)
	}
	if v := parse(t, "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nx\n", Options{}); v.Encrypted != sMIME || len(v.Parts) != 1 {
		t.Errorf("S/MIME: %q, %+v", v.Encrypted, v.Parts)
	}
}

// opaque has openssl sign a text within the message, whatever form it writes.
func opaque(t *testing.T, args ...string) []byte {
	t.Helper()
	ssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Logf("openssl is not there: %v", err)
		return nil
	}
	dir := t.TempDir()
	key, cert, in, out := filepath.Join(dir, "key"), filepath.Join(dir, "cert"), filepath.Join(dir, "in"), filepath.Join(dir, "out")
	if err := os.WriteFile(in, []byte("Content-Type: text/plain; charset=utf-8\r\n\r\nGrüße, signed\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, a := range [][]string{
		{"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", cert, "-subj", "/CN=a"},
		append(append([]string{"cms", "-in", in, "-out", out, "-outform", "PEM"}, args...), map[bool][]string{true: {"-signer", cert, "-inkey", key}, false: {cert}}[args[0] == "-sign"]...),
	} {
		if b, err := exec.CommandContext(t.Context(), ssl, a...).CombinedOutput(); err != nil {
			t.Fatalf("openssl %v: %v: %s", a, err, b)
		}
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(b)
	return block.Bytes
}

func TestOpaqueSignature(t *testing.T) {
	t.Parallel()
	for _, form := range [][]string{{"-sign", "-nodetach", "-binary"}, {"-sign", "-nodetach", "-binary", "-stream"}} {
		der := opaque(t, form...)
		if der == nil {
			return
		}
		v := parse(t, "Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n"+base64.StdEncoding.EncodeToString(der)+"\n", Options{})
		if v.Signed != sMIME || v.Text != "Grüße, signed\n" || len(v.Parts) != 0 {
			t.Errorf("%v: %q, signed %q, parts %+v", form, v.Text, v.Signed, v.Parts)
		}
	}
	if der := opaque(t, "-encrypt"); der != nil {
		v := parse(t, "Content-Type: application/octet-stream; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n"+base64.StdEncoding.EncodeToString(der)+"\n", Options{})
		if v.Encrypted != sMIME || v.Signed != "" || len(v.Parts) != 1 {
			t.Errorf("%q, parts %+v", v.Encrypted, v.Parts)
		}
	}
}

package custody_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Each program in testdata/misuse lies, for the compiler, in a package of this
// module beside localstore, as protocol code does. It must fail to compile with the
// message that its first line wants; the control must compile.
func TestMisuseDoesNotCompile(t *testing.T) {
	programs, err := filepath.Glob("testdata/misuse/*.go.txt")
	if err != nil || len(programs) < 10 {
		t.Fatalf("%d programs, %v", len(programs), err)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, program := range programs {
		name := strings.TrimSuffix(filepath.Base(program), ".go.txt")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := compile(t, root, program, name)
			want := wanted(t, program)
			switch {
			case want == "nothing" && err != nil:
				t.Errorf("does not compile: %v\n%s", err, out)
			case want != "nothing" && err == nil:
				t.Errorf("compiles, but should fail with %q", want)
			case want != "nothing" && !strings.Contains(out, want):
				t.Errorf("fails for another reason than %q:\n%s", want, out)
			}
		})
	}
}

func wanted(t *testing.T, program string) string {
	t.Helper()
	source, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(source), "\n")
	want, found := strings.CutPrefix(line, "// want: ")
	if !found {
		t.Fatalf("%s does not say what it wants", program)
	}
	return want
}

func compile(t *testing.T, root, program, name string) (string, error) {
	t.Helper()
	source, err := filepath.Abs(program)
	if err != nil {
		t.Fatal(err)
	}
	folder := "misuse_" + name
	overlay, err := json.Marshal(map[string]map[string]string{
		"Replace": {filepath.Join(root, folder, "misuse.go"): source},
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(file, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-overlay", file, "./"+folder)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"
)

const (
	settingsFile = "rapporteur.toml" // read from the current folder if it is there
	envPrefix    = "RAPPORTEUR_"
	summary      = "A record of consultations that anyone can check."
)

// settings are all subcommands, each a struct that describes its flags. Every
// flag is also an environment variable and a line in the settings file, which
// all subcommands share; a flag given beats the variable, and that the file. What
// somebody else made is checked and read without the file, unless it is named: it
// could have come with that.
type settings struct {
	Config string `help:"Read settings from this file, one 'flag = value' a line in TOML, instead of from ${settingsFile} in the current folder. With verify and --bundle, that one is not read." placeholder:"FILE"`

	Serve    serve        `cmd:"" help:"Serve the API."`
	Import   importing    `cmd:"" help:"Carry in what was collected elsewhere."`
	Token    token        `cmd:"" help:"Print a development token, or revoke one."`
	Export   exporting    `cmd:"" help:"Write the whole history as a bundle, to be checked and read elsewhere."`
	Snapshot snapshotting `cmd:"" help:"Copy the read models, for another node to begin with."`
	Backup   backup       `cmd:"" help:"Copy what cannot be made again into one archive."`
	Restore  restore      `cmd:"" help:"Make a data folder of a backup."`
	Migrate  migrating    `cmd:"" help:"Move the record to servers, or back."`
	Replay   replay       `cmd:"" help:"Replay the record, and compare the read models with what it makes."`
	Verify   verifying    `cmd:"" help:"Check a receipt, the log or a bundle, without the server."`
	Keys     keys         `cmd:"" help:"Print the key that the log is verified with, or change it."`
	Schema   schema       `cmd:"" help:"Print the GraphQL schema."`
	Version  version      `cmd:"" help:"Print what this program was built from."`
	Help     help         `cmd:"" help:"Explain a subcommand, with an example."`
}

// A folder is what every subcommand that touches a data folder takes.
type folder struct {
	Data string `default:"./data" placeholder:"DIR" help:"Data folder: the record, the read models and the keys."`
}

// errHelped says that help was asked for and printed.
var errHelped = errors.New("helped")

// parse reads args, the environment and the settings file. It returns the
// subcommand asked for, ready to run, or errHelped.
func parse(args []string, s streams) (command, error) {
	var all settings
	helped, from := false, origins{}
	p, err := kong.New(&all,
		kong.Name("rapporteur"),
		kong.Description(summary+" Exit status: 0 yes or all, 1 no or some refused, 2 could not tell, 64 misused."),
		kong.Vars{"settingsFile": settingsFile},
		kong.Writers(s.out, s.err),
		kong.Exit(func(int) { helped = true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true, WrapUpperBound: 100}),
		kong.ValueFormatter(explain),
		kong.WithBeforeResolve(func(c *kong.Context) error { return addSources(c, s, from) }),
	)
	if err != nil {
		return nil, fmt.Errorf("command line: %w", err)
	}
	c, err := p.Parse(args)
	switch {
	case helped:
		return nil, errHelped
	case err != nil:
		return nil, err
	}
	if c.Selected().Name == "help" {
		return nil, all.Help.print(p)
	}
	cmd, ok := c.Selected().Target.Addr().Interface().(command)
	if !ok {
		return nil, fmt.Errorf("command line: %s is not a command", c.Command())
	}
	if t, ok := cmd.(sourced); ok {
		t.set(from)
	}
	return cmd, nil
}

// origins say where flags that were not given took their values from.
type origins map[string]string

// of says in words where the value of a flag came from.
func (o origins) of(flag string) string {
	if from, ok := o[flag]; ok {
		return from
	}
	return "--" + flag
}

// sourced is a command that says where its settings came from.
type sourced interface{ set(origins) }

// explain adds to the help of a flag its default and the variable that stands for it.
func explain(v *kong.Value) string {
	if v.Flag == nil || v.Name == "help" {
		return v.Help
	}
	text := v.Help
	if v.HasDefault && v.Default != "-1" {
		text += " Default: " + v.Default + "."
	}
	return text + " [" + variable(v.Name) + "]"
}

func variable(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// addSources lets flags that were not given take their values from elsewhere.
func addSources(c *kong.Context, s streams, from origins) error {
	path, explicit := given(c, "config"), true
	if path == "" && !ofOthers(c, s) {
		path, _ = s.env(variable("config"))
		if path == "" {
			path, explicit = settingsFile, false
		}
	}
	file := values{}
	if path != "" {
		var err error
		if file, err = readSettings(path, explicit); err != nil {
			return err
		}
	}
	if err := file.known(c.Model.Node); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	c.AddResolver(kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, f *kong.Flag) (any, error) {
		if v, ok := s.env(variable(f.Name)); ok && v != "" {
			from[f.Name] = "the environment variable " + variable(f.Name)
			return v, nil
		}
		if v, ok := file[f.Name]; ok {
			from[f.Name] = "the settings file " + path
			return asFlag(v), nil
		}
		return nil, nil
	}))
	return nil
}

// ofOthers reports whether the command is about what somebody else may have made.
func ofOthers(c *kong.Context, s streams) bool {
	bundle, _ := s.env(variable("bundle"))
	return strings.HasPrefix(c.Command(), "verify ") || given(c, "bundle") != "" || bundle != ""
}

// asFlag writes a setting as a flag takes it; a list has commas.
func asFlag(v any) string {
	list, ok := v.([]any)
	if !ok {
		return fmt.Sprint(v)
	}
	all := make([]string, len(list))
	for n, one := range list {
		all[n] = fmt.Sprint(one)
	}
	return strings.Join(all, ",")
}

// given returns the value of a flag on the command line.
func given(c *kong.Context, name string) string {
	for _, f := range c.Flags() {
		if f.Name == name {
			v, _ := c.FlagValue(f).(string)
			return v
		}
	}
	return ""
}

// values are the lines of a settings file, by flag.
type values map[string]any

// readSettings reads the file at path, which may be absent unless it was asked for.
func readSettings(path string, explicit bool) (values, error) {
	v := values{}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !explicit {
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	if err := toml.Unmarshal(text, &v); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return v, nil
}

// known refuses lines that no subcommand has a flag for, all at once: a
// setting misspelt is a setting not made.
func (v values) known(root *kong.Node) error {
	names := flagsOf(root)
	var errs []error
	for name := range v {
		if !slices.Contains(names, name) || name == "help" || name == "config" {
			errs = append(errs, fmt.Errorf("there is no setting %q", name))
		}
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}

// flagsOf returns the names of all flags of a command and of those below it.
func flagsOf(n *kong.Node) []string {
	var names []string
	for _, f := range n.Flags {
		names = append(names, f.Name)
	}
	for _, child := range n.Children {
		names = append(names, flagsOf(child)...)
	}
	return names
}

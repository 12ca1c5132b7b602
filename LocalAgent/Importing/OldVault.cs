using VaultKit.Vault;

namespace LocalAgent.Importing;

/// <summary>A file of an older vault: where it lies there, and what folder of the older layout that is; empty for any other.</summary>
sealed record OldFile(string Path, string Folder);

/// <summary>
/// A vault of the older layout: folders of Markdown and <c>.env</c> files. It is only read. Names that begin with a dot, links and what holds credentials by its name stay where they are.
/// </summary>
sealed record OldVault(string Root, OldSettings Settings, IReadOnlyList<OldFile> Files, IReadOnlyList<(string Path, string Why)> Left)
{
    const int MostFiles = 100_000;

    /// <summary>What lies in these was not finished.</summary>
    public static readonly string[] Open = ["Needs_Action", "In_Progress", "Pending_Approval", "Approved"];

    static readonly string[] Others = ["Plans", "Done", "Rejected", "Updates", "Signals"];
    static readonly string[] Credentials = ["credentials.json", "client_secret.json", "token.json", "token.pickle", "secrets.json", "session.json", "id_rsa", "id_ed25519"];
    static readonly string[] CredentialEndings = [".pem", ".key", ".p12", ".pfx", ".env", ".session", ".kdbx"];
    static readonly string[] Machinery = ["node_modules", "__pycache__", "venv"];

    /// <exception cref="Refusal">There is no such vault.</exception>
    public static OldVault Look(string folder)
    {
        var root = Path.GetFullPath(folder);
        if (WhyNot(root) is { } why) throw new Refusal(ExitCode.Usage, why, "name the folder that Needs_Action and Done lie in");
        var (files, left) = (new List<OldFile>(), new List<(string, string)>());
        Walk(root, "", files, left);
        return new(root, OldSettings.Of(root), files, left);
    }

    /// <returns>Null where it is one.</returns>
    public static string? WhyNot(string root) => !Directory.Exists(root) ? $"there is no folder {root}"
        : File.Exists(Path.Combine(root, VaultFolder.ProtocolFile)) ? $"{root} is a vault of this program already, not one of the older layout"
        : !Open.Concat(Others).Any(f => Directory.Exists(Path.Combine(root, f))) && !File.Exists(Path.Combine(root, VaultFolder.HandbookFile)) ? $"{root} has none of the folders of the older layout" : null;

    static void Walk(string root, string below, List<OldFile> files, List<(string, string)> left)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(Path.Combine(root, below)).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            var relative = below.Length == 0 ? name : below + "/" + name;
            if (name[0] == '.') continue;
            var kind = Disk.Stamp(path).Kind;
            if (kind == FileKind.Directory)
            {
                if (!Machinery.Contains(name)) Walk(root, relative, files, left);
            }
            else if (kind != FileKind.Regular) left.Add((relative, "a link or no file"));
            else if (Credentials.Contains(name, StringComparer.OrdinalIgnoreCase) || CredentialEndings.Any(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase))) left.Add((relative, "holds credentials by its name"));
            else files.Add(new(relative, below.Split('/')[0]));
            if (files.Count > MostFiles) throw new Refusal(ExitCode.Failed, $"{root} has more than {MostFiles} files", "is it the vault, or a folder above it?");
        }
    }

    public string FullPath(OldFile file) => Path.Combine(Root, file.Path.Replace('/', Path.DirectorySeparatorChar));
}

using VaultKit.Drafting;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Trying;

/// <summary>Who the mail is for, where no vault says so.</summary>
static class Owner
{
    /// <param name="address">The owner's; empty where it is not known: then nothing counts as the owner's own mail.</param>
    public static Account Account(string? address, string? name) => new() { Name = "trial", Address = address ?? "", DisplayName = name ?? "" };

    /// <exception cref="Refusal">It can't be read.</exception>
    public static Handbook Handbook(string? file)
    {
        if (file is null) return VaultKit.Drafting.Handbook.None;
        try { return VaultKit.Drafting.Handbook.Read(System.Text.Encoding.UTF8.GetString(Disk.ReadRegular(file, TaskFile.Limit))); }
        catch (IOException e) { throw new Refusal(ExitCode.Usage, $"the handbook can't be read: {e.Message}", "give the path of a Markdown file"); }
    }
}

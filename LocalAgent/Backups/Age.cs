using System.ComponentModel;
using System.Diagnostics;
using VaultKit.Vault;

namespace LocalAgent.Backups;

/// <summary>Encryption by age(1): to public keys, so that a machine that writes backups need not be able to read them.</summary>
static class Age
{
    public static ReadOnlySpan<byte> Magic => "age-encryption.org/v1\n"u8;

    /// <param name="write">Writes what is to be encrypted.</param>
    /// <exception cref="Refusal">age is not there, or says no.</exception>
    public static void Encrypt(IReadOnlyList<string> recipients, Stream to, Action<Stream> write, CancellationToken cancel)
    {
        using var age = Start(recipients.SelectMany(r => new[] { "-r", r }), write: true);
        using var stop = cancel.Register(() => Kill(age));
        var said = age.StandardError.ReadToEndAsync(CancellationToken.None);
        var copied = age.StandardOutput.BaseStream.CopyToAsync(to, CancellationToken.None);
        try
        {
            write(age.StandardInput.BaseStream);
            age.StandardInput.Close();
            copied.GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            // It may have ended before, which is what there is to say; else what it has written is no backup.
            if (!age.WaitForExit(TimeSpan.FromSeconds(1))) Kill(age);
            else if (e is IOException && age.ExitCode != 0 && !cancel.IsCancellationRequested) throw Failed(said.Result);
            throw;
        }
        age.WaitForExit();
        cancel.ThrowIfCancellationRequested();
        if (age.ExitCode != 0) throw Failed(said.Result);
    }

    /// <param name="identity">A file with the private key.</param>
    /// <param name="read">Reads what was encrypted, to its end.</param>
    /// <exception cref="Refusal">age is not there, the key is another's, or the file is damaged.</exception>
    public static void Decrypt(string identity, string file, Action<Stream> read, CancellationToken cancel)
    {
        if (!File.Exists(identity)) throw new Refusal(ExitCode.Credential, $"there is no {identity}", "it is the file that age-keygen wrote");
        using var age = Start(["-d", "-i", identity, file], write: false);
        using var stop = cancel.Register(() => Kill(age));
        var said = age.StandardError.ReadToEndAsync(CancellationToken.None);
        try { read(age.StandardOutput.BaseStream); }
        catch (Exception e) when (e is InvalidDataException or IOException or Refusal)
        {
            cancel.ThrowIfCancellationRequested();
            // Where it has ended badly, what came out of it ended early for that reason.
            if (age.WaitForExit(TimeSpan.FromSeconds(1)) && age.ExitCode != 0) throw Failed(said.Result);
            Kill(age);
            throw;
        }
        age.WaitForExit();
        cancel.ThrowIfCancellationRequested();
        if (age.ExitCode != 0) throw Failed(said.Result);
    }

    static Refusal Failed(string said) => new(said.Contains("no identity matched", StringComparison.Ordinal) ? ExitCode.Credential : ExitCode.Failed,
        $"age: {Unseen.OneLine(said.Split('\n').FirstOrDefault(l => l.Length > 0)?.Replace("age: error: ", "") ?? "it ended without a word")}", "the backup is damaged or for another key, where it was to be read");

    static Process Start(IEnumerable<string> arguments, bool write)
    {
        var start = new ProcessStartInfo("age") { RedirectStandardInput = write, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        try { return Process.Start(start)!; }
        catch (Win32Exception e) { throw new Refusal(ExitCode.BadConfiguration, "age can't be started, and this backup is encrypted by it", "install age (Debian, Ubuntu: apt install age)", e); }
    }

    static void Kill(Process age)
    {
        try { age.Kill(); }
        catch (InvalidOperationException) { return; } // it has ended by itself
    }
}

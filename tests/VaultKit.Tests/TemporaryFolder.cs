namespace VaultKit.Tests;

/// <summary>A folder for one test, gone with it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("platinum-test-").FullName;

    public string this[string below] => System.IO.Path.Combine(Path, below);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

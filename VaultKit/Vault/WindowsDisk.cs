using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace VaultKit.Vault;

/// <summary>What <see cref="Disk"/> does on Windows, where NTFS has other calls for the same promises.</summary>
[SupportedOSPlatform("windows")]
static partial class WindowsDisk
{
    /// <summary>A rename on one volume, in the journal when it returns. .NET's own move would copy to another volume, which is not atomic (MoveFileExW, learn.microsoft.com).</summary>
    /// <returns>False where the one is gone or the other exists.</returns>
    public static bool TryMove(string from, string to)
    {
        if (MoveFileEx(Long(from), Long(to), WriteThrough)) return true;
        var error = Marshal.GetLastPInvokeError();
        return error is FileNotFound or PathNotFound or FileExists or AlreadyExists ? false : throw Error("rename", from, error);
    }

    /// <summary>The same in another's place.</summary>
    public static void Replace(string from, string to)
    {
        if (!MoveFileEx(Long(from), Long(to), WriteThrough | ReplaceExisting)) throw Error("rename", from, Marshal.GetLastPInvokeError());
    }

    /// <summary>Lets two files change names. Not in one step, but with both contents under some name at every instant, and what stands at <paramref name="b"/> changes in one.</summary>
    /// <returns>False where the file system has no such call (FAT).</returns>
    public static bool TryExchange(string a, string b)
    {
        var aside = a + ".aside";
        if (!ReplaceFile(Long(b), Long(a), Long(aside), 0, 0, 0))
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == NotMovedTwice) MoveFileEx(Long(aside), Long(b), WriteThrough); // what stood there is aside, and nothing in its place: back
            return error is NotSupported or InvalidFunction ? false : throw Error("exchange", b, error);
        }
        Replace(aside, a);
        return true;
    }

    /// <summary>Who beside its user, the system and administrators may read or write a file; null: nobody.</summary>
    public static string? Others(string path)
    {
        var own = WindowsIdentity.GetCurrent().User;
        foreach (FileSystemAccessRule rule in new FileInfo(path).GetAccessControl(AccessControlSections.Access).GetAccessRules(true, true, typeof(SecurityIdentifier)))
        {
            var who = (SecurityIdentifier)rule.IdentityReference;
            if (rule.AccessControlType != AccessControlType.Allow || (rule.FileSystemRights & (FileSystemRights.ReadData | FileSystemRights.WriteData | FileSystemRights.ChangePermissions | FileSystemRights.TakeOwnership)) == 0) continue;
            if (who == own || who.IsWellKnown(WellKnownSidType.LocalSystemSid) || who.IsWellKnown(WellKnownSidType.BuiltinAdministratorsSid) || who.IsWellKnown(WellKnownSidType.CreatorOwnerSid)) continue;
            return who.Value;
        }
        return null;
    }

    /// <summary>Makes a new file that its user alone may open, whatever its folder would give it.</summary>
    public static FileStream CreateSecret(string path)
    {
        var own = WindowsIdentity.GetCurrent().User ?? throw new IOException($"{path}: this process runs as nobody");
        var security = new FileSecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        security.AddAccessRule(new(own, FileSystemRights.FullControl, AccessControlType.Allow));
        return new FileInfo(path).Create(FileMode.CreateNew, FileSystemRights.Write | FileSystemRights.ReadData, FileShare.None, 1, FileOptions.None, security);
    }

    // Beyond 260 characters a name is taken only in this form, and only absolute.
    static string Long(string path) => Path.GetFullPath(path) is var full && full.Length < 248 || full.StartsWith(@"\\", StringComparison.Ordinal) ? Path.GetFullPath(path) : @"\\?\" + full;

    static IOException Error(string call, string path, int error) => new($"{call} {path}: {new Win32Exception(error).Message}", error);

    // winerror.h
    const int InvalidFunction = 1, FileNotFound = 2, PathNotFound = 3, NotSupported = 50, FileExists = 80, AlreadyExists = 183, NotMovedTwice = 1177;
    const uint ReplaceExisting = 1, WriteThrough = 8;

    [LibraryImport("kernel32", EntryPoint = "MoveFileExW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool MoveFileEx(string from, string to, uint flags);

    [LibraryImport("kernel32", EntryPoint = "ReplaceFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ReplaceFile(string replaced, string replacement, string backup, uint flags, nint exclude, nint reserved);
}

using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using LocalAgent.Starter;
using VaultKit.Vault;

namespace LocalAgent.Setup;

/// <summary>Whether <c>localagent run</c> starts with its owner's session: a unit of the user's systemd, or a task of Windows' Task Scheduler.</summary>
static class Autostart
{
    const string UnitName = "localagent.service", TaskName = "Platinum LocalAgent";

    static string Unit => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "systemd", "user", UnitName);

    /// <summary>Whether it does already, as far as can be told.</summary>
    public static bool IsThere => OperatingSystem.IsWindows() ? Run("schtasks", ["/Query", "/TN", TaskName]).Code == 0 : File.Exists(Unit);

    /// <summary>What will be written, for people; null where this system has neither.</summary>
    public static string? Place => OperatingSystem.IsWindows() ? $"a task '{TaskName}' of the Task Scheduler" : OperatingSystem.IsLinux() ? Unit : null;

    /// <param name="configuration">Null for the one that is found by itself.</param>
    /// <exception cref="Refusal">The system did not take it; exit code 3.</exception>
    public static string SetUp(string? configuration)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("this process has no path");
        return OperatingSystem.IsWindows() ? SetUpTask(program, configuration) : SetUpUnit(program, configuration);
    }

    static string SetUpUnit(string program, string? configuration)
    {
        var text = UnitText(StarterVault.Resource(UnitName), program, configuration);
        Durable.CreateDirectory(Path.GetDirectoryName(Unit)!);
        if (!File.Exists(Unit) || File.ReadAllText(Unit) != text) Durable.Write(Unit, Encoding.UTF8.GetBytes(text));
        foreach (var arguments in new string[][] { ["--user", "daemon-reload"], ["--user", "enable", "--now", UnitName] })
            if (Run("systemctl", arguments) is { Code: not 0, Said: var said })
                throw new Refusal(ExitCode.DoneInPart, $"{Unit} is written, and systemd did not take it: {said}", $"in a session of yours: systemctl --user daemon-reload && systemctl --user enable --now {UnitName}");
        return "localagent is started, and starts whenever you log in ('loginctl enable-linger' makes that always)";
    }

    /// <summary>The unit with this program and configuration in it.</summary>
    internal static string UnitText(string unit, string program, string? configuration) =>
        unit.Replace("ExecStart=%h/.local/bin/localagent run", $"ExecStart={Quoted(program)} run{(configuration is null ? "" : $" --config {Quoted(configuration)}")}", StringComparison.Ordinal);

    // systemd.service(5), "Command lines", and systemd.unit(5), "Specifiers".
    static string Quoted(string text)
    {
        var escaped = text.Replace("%", "%%", StringComparison.Ordinal).Replace("$", "$$", StringComparison.Ordinal);
        return escaped.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or '%' or '+' or '@') ? escaped : $"\"{escaped.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    static string SetUpTask(string program, string? configuration)
    {
        var file = Path.Combine(Path.GetTempPath(), Durable.TemporaryPrefix + "task.xml");
        try
        {
            // schtasks takes UTF-16 with a byte order mark.
            File.WriteAllText(file, TaskText(program, configuration, $"{Environment.UserDomainName}\\{Environment.UserName}"), Encoding.Unicode);
            var (code, said) = Run("schtasks", ["/Create", "/F", "/TN", TaskName, "/XML", file]);
            if (code == 0) (code, said) = Run("schtasks", ["/Run", "/TN", TaskName]);
            return code == 0 ? "localagent is started, and starts whenever you log in" : throw new Refusal(ExitCode.DoneInPart, $"the Task Scheduler did not take it: {said}", "start 'localagent run' yourself, or make the task in taskschd.msc");
        }
        finally { File.Delete(file); }
    }

    /// <summary>
    /// A task at this very user's logon, which needs no administrator (one at anybody's does, and that is what <c>/SC ONLOGON</c> makes); never ended for having run long, started again a minute after it failed.
    /// Source: Task Scheduler schema, learn.microsoft.com/windows/win32/taskschd/task-scheduler-schema.
    /// </summary>
    internal static string TaskText(string program, string? configuration, string user)
    {
        static string Xml(string text) => System.Security.SecurityElement.Escape(text);
        return $"""
            <?xml version="1.0" encoding="UTF-16"?>
            <Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
              <RegistrationInfo><Description>LocalAgent: reads, drafts, and sends what was approved</Description></RegistrationInfo>
              <Triggers><LogonTrigger><Enabled>true</Enabled><UserId>{Xml(user)}</UserId></LogonTrigger></Triggers>
              <Principals><Principal id="Author"><UserId>{Xml(user)}</UserId><LogonType>InteractiveToken</LogonType><RunLevel>LeastPrivilege</RunLevel></Principal></Principals>
              <Settings>
                <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
                <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
                <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
                <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
                <RestartOnFailure><Interval>PT1M</Interval><Count>255</Count></RestartOnFailure>
              </Settings>
              <Actions Context="Author"><Exec><Command>{Xml(program)}</Command><Arguments>run{(configuration is null ? "" : Xml($" --config \"{configuration}\""))}</Arguments></Exec></Actions>
            </Task>
            """;
    }

    static (int Code, string Said) Run(string program, IEnumerable<string> arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true })!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var said = process.StandardError.ReadToEnd().Trim();
            process.WaitForExit();
            return (process.ExitCode, said.Length > 0 ? said.ReplaceLineEndings(" ") : output.GetAwaiter().GetResult().Trim().ReplaceLineEndings(" "));
        }
        catch (Win32Exception e) { return (-1, $"{program}: {e.Message}"); }
    }
}

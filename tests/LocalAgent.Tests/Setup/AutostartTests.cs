using LocalAgent.Setup;

namespace LocalAgent.Tests.Setup;

public class AutostartTests
{
    [Test]
    public async Task The_unit_starts_this_program_as_systemd_quotes_it()
    {
        const string unit = "[Service]\nExecStart=%h/.local/bin/localagent run\nUMask=0077\n";
        await Assert.That(Autostart.UnitText(unit, "/opt/la", null)).IsEqualTo("[Service]\nExecStart=/opt/la run\nUMask=0077\n");
        await Assert.That(Autostart.UnitText(unit, "/opt/my $ 100%/la", "/etc/a \"b\".toml")).Contains("ExecStart=\"/opt/my $$ 100%%/la\" run --config \"/etc/a \\\"b\\\".toml\"\n");
    }

    [Test]
    public async Task The_unit_of_the_sources_has_that_line() =>
        await Assert.That(Autostart.UnitText(LocalAgent.Starter.StarterVault.Resource("localagent.service"), "/opt/la", null)).Contains("ExecStart=/opt/la run\n");

    [Test]
    public async Task A_task_of_Windows_is_this_users_own_and_never_ended_for_its_age()
    {
        var task = System.Xml.Linq.XDocument.Parse(Autostart.TaskText(@"C:\Program Files\a & b\localagent.exe", @"D:\x.toml", @"PC\anna").Replace("encoding=\"UTF-16\"", ""));
        System.Xml.Linq.XNamespace ns = "http://schemas.microsoft.com/windows/2004/02/mit/task";
        await Assert.That(task.Descendants(ns + "Command").Single().Value).IsEqualTo(@"C:\Program Files\a & b\localagent.exe");
        await Assert.That(task.Descendants(ns + "Arguments").Single().Value).IsEqualTo("run --config \"D:\\x.toml\"");
        await Assert.That(task.Descendants(ns + "UserId").Select(u => u.Value).Distinct().Single()).IsEqualTo(@"PC\anna");
        await Assert.That(task.Descendants(ns + "ExecutionTimeLimit").Single().Value).IsEqualTo("PT0S");
        await Assert.That(task.Descendants(ns + "RunLevel").Single().Value).IsEqualTo("LeastPrivilege");
    }
}

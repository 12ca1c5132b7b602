using System.CommandLine;
using System.Text;
using LocalAgent.Login;
using VaultKit.Agent;
using VaultKit.Http;
using VaultKit.Mail;
using VaultKit.Vault;

namespace LocalAgent.Commands;

/// <summary>A token for a mailbox at Google or Microsoft, for this machine or for the one that is always on. What it may do is said here and looked at before it is kept.</summary>
static class LoginCommand
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10), AnswerPatience = TimeSpan.FromSeconds(30);

    static readonly Argument<string> Service = new Argument<string>("service") { Description = "gmail or graph (Microsoft 365, Outlook.com)" }.AcceptOnlyFromAmong("gmail", "graph");
    static readonly Option<string> Account = new("--account") { Description = "its name in vault.toml", Required = true, HelpName = "NAME" };
    static readonly Option<string> For = new Option<string>("--for") { Description = "cloud: a token that only reads; local: at Google one that sends, too", Required = true }.AcceptOnlyFromAmong("cloud", "local");
    static readonly Option<bool> Paste = CommandLine.Flag("--paste", "open no browser and listen nowhere: paste the address that the browser could not open");
    static readonly Option<bool> Print = CommandLine.Flag("--print", "with --for cloud: print the secrets instead of writing them into a file");

    public static Command Create() => new Command("login", "Get a token for a mailbox at Google or Microsoft, with a browser") { Service, Account, For, Paste, Print }.Does(async (parsed, cancel) =>
    {
        var settings = parsed.Settings(Zone.Local);
        var name = parsed.GetValue(Account)!;
        var account = settings.Accounts.FirstOrDefault(a => a.Name == name)
            ?? throw new Refusal(ExitCode.Usage, $"there is no account '{name}' in {settings.File ?? "the configuration"}", "its [[account]] needs name, address and [account.oauth] with client_id");
        var client = OAuthSettings.Read(settings.Section(account), parsed.GetValue(Service) == "gmail" ? OAuthService.Gmail : OAuthService.Graph);
        var forCloud = parsed.GetValue(For) == "cloud";
        // Asked first: what is missing is said before the browser opens.
        if (client.ClientSecret is { } secret) settings.Secrets.Get(secret);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        using var web = new Web(AnswerPatience);
        var endpoint = new TokenEndpoint(account.Name, client, settings.Secrets.Get, web);
        var asked = Asked(client.Service, forCloud);
        var (token, scopes) = await AskAsync(client, account, asked, endpoint, parsed.GetValue(Paste), limit.Token);
        Check(client.Service, asked, scopes);
        Keep(settings, client, token, forCloud, parsed.GetValue(Print));
        Say.Info($"the token may: {new Grant(account, client.Service, scopes)}");
        return ExitCode.Done;
    });

    static IReadOnlyList<string> Asked(OAuthService service, bool forCloud) => [service.Read, .. !forCloud && service.Send is { } send ? [send] : (string[])[], .. service.Beside];

    static async Task<(string Token, IReadOnlyList<string> Scopes)> AskAsync(OAuthClient client, VaultKit.Mail.Account account, IReadOnlyList<string> asked, TokenEndpoint endpoint, bool paste, CancellationToken cancel)
    {
        using var listener = paste ? null : new LoopbackListener();
        // Where nobody listens the browser says so, and has the address in its line.
        var consent = new Consent(client, account.Address, asked, listener?.Port ?? Random.Shared.Next(49152, 65536));
        Say.Info($"Open this address in a browser and agree as {account.Address}:");
        Say.Data(consent.Url);
        if (listener is not null && Browser.Open(consent.Url)) Say.Info("a browser was asked to open it");
        Say.Info($"If the browser ends at an address that begins with {consent.Redirect} and can't be opened, paste that address here:");
        string back;
        try { back = await BackAsync(listener, cancel); }
        catch (OperationCanceledException) { throw new Refusal(ExitCode.TryAgain, $"nobody came back within {Patience.TotalMinutes:0} minutes", "begin again"); }
        var answer = await consent.ExchangeAsync(endpoint, back, cancel);
        var scopes = await endpoint.ScopesAsync(answer, cancel);
        return (answer.RefreshToken is { Length: > 0 } token ? token
            : throw new Refusal(ExitCode.Credential, $"{client.Service.Provider} gave no token that lasts", "remove this app's access in your account there, and begin again"), scopes);
    }

    /// <summary>Whichever comes first: the browser, or a pasted line.</summary>
    static async Task<string> BackAsync(LoopbackListener? listener, CancellationToken cancel)
    {
        // Standard input can't be cancelled; the process ends with it unread.
        var pasted = Task.Run(ReadLineAsync, CancellationToken.None);
        if (listener is null) return await pasted.WaitAsync(cancel) ?? throw new Refusal(ExitCode.Usage, "no address was pasted", "paste the whole address that the browser ends at");
        var came = listener.WaitAsync(cancel);
        if (await Task.WhenAny((Task)came, pasted) == pasted && await pasted is { } line) return line;
        return await came;
    }

    static async Task<string?> ReadLineAsync()
    {
        for (string? line; (line = await Console.In.ReadLineAsync()) is not null;)
            if (line.Trim().Length > 0) return line;
        return null;
    }

    /// <summary>Neither more nor less than was asked for.</summary>
    internal static void Check(OAuthService service, IReadOnlyList<string> asked, IReadOnlyList<string> granted)
    {
        bool Holds(IEnumerable<string> scopes, string scope) => scopes.Any(s => service.Brief(s).Equals(service.Brief(scope), StringComparison.OrdinalIgnoreCase));
        // What is not granted for long (offline_access) shows in the token that lasts.
        if (asked.FirstOrDefault(a => !service.Beside.Contains(a) && !Holds(granted, a)) is { } missing)
            throw new Refusal(ExitCode.Credential, $"you did not agree to {service.Brief(missing)}", "begin again, and leave its mark set on the provider's page");
        if (service.Excess(granted).FirstOrDefault(e => !Holds(asked, e)) is { } more)
            throw new Refusal(ExitCode.Credential, $"the token may do more than was asked for: {more}; it was not kept",
                $"remove this app's access in your account at {service.Provider} and begin again; use an app of its own for this program");
    }

    static void Keep(Settings settings, OAuthClient client, string token, bool forCloud, bool print)
    {
        if (!forCloud)
        {
            settings.Secrets.Put(client.Token, token);
            if (settings.Secrets.Find(client.Token) != token) Say.Warn($"the credential \"{client.Token}\" of systemd goes before the one in {settings.Secrets.File}");
            Say.Info($"kept as \"{client.Token}\" in {settings.Secrets.File}");
            return;
        }
        var all = new Dictionary<string, string> { [client.Token] = token };
        if (client.ClientSecret is { } name) all[name] = settings.Secrets.Get(name);
        var octets = Secrets.Format(all);
        if (print)
        {
            Say.Data(Encoding.UTF8.GetString(octets));
            return;
        }
        var file = Path.Combine(Path.GetDirectoryName(settings.Secrets.File)!, $"cloud-{client.Token}.json");
        Durable.CreateDirectory(Path.GetDirectoryName(file)!);
        Durable.Write(file, octets, secret: true);
        Say.Data(file);
        Say.Info("its lines belong into secrets.json on the machine that is always on (mode 0600); remove the file here afterwards");
    }
}

using MimeKit;
using VaultKit.Vault;

namespace LocalAgent.Approving;

/// <summary>One address of an action, as strictly as something that will be written into an envelope has to be read.</summary>
static class MailAddress
{
    static readonly ParserOptions Strict = new()
    {
        AddressParserComplianceMode = RfcComplianceMode.Strict,
        AllowAddressesWithoutDomain = false,
        AllowUnquotedCommasInAddresses = false,
    };

    /// <returns>Null where the text is not exactly one plain address; <paramref name="why"/> says it in words.</returns>
    public static MailboxAddress? Read(string text, out string why)
    {
        why = "";
        if (Unseen.AnyIn(text)) why = $"'{Unseen.Show(text)}' has characters that change or hide what is shown";
        else if (!MailboxAddress.TryParse(Strict, text, out var address)) why = $"'{text}' is not one mail address";
        else if (address.Route.Count > 0) why = $"'{text}' names a route";
        else if (Local(address.Address) is not { Length: > 0 } local || !address.Address.All(c => c is > ' ' and not '\u007f' and not '<' and not '>'))
            why = $"'{text}' is not one mail address";
        else if (!local.All(char.IsAscii)) why = $"'{text}': only the part behind the @ may have other letters than a-z";
        else if (Wire(address) is not { } wire || wire.Length > 254) why = $"'{text}' is not an address that a mail server takes";
        // What a reader takes for the address must be the address.
        else if (address.Name is { } name && name.Contains('@') && !string.Equals(name.Trim(), address.Address, StringComparison.OrdinalIgnoreCase))
            why = $"'{text}' shows one address and means another";
        else return address;
        return null;
    }

    /// <summary>The bare address in a text as its envelope would have it, in lower case, for comparing; null where none can be read. Says nothing about whether mail may go there.</summary>
    public static string? Plain(string text) =>
        MailboxAddress.TryParse(text, out var address) ? (Wire(address) ?? address.Address).ToLowerInvariant() : null;

    /// <summary>The address as it stands in an envelope: ASCII, the domain in its punycode form; null where there is none.</summary>
    public static string? Wire(MailboxAddress address)
    {
        try
        {
            var wire = MailboxAddress.EncodeAddrspec(address.Address);
            return wire.All(c => c is > ' ' and < '\u007f' and not '<' and not '>') ? wire : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or ParseException) { return null; }
    }

    static string Local(string address) => address.LastIndexOf('@') is var at and > 0 ? address[..at] : "";

}

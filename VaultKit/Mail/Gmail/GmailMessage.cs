using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VaultKit.Mail;

/// <summary>What Gmail says of a mail (users.messages); of its properties only those that are looked at.</summary>
sealed record GmailMessage
{
    public string? Id { get; init; }
    public string? ThreadId { get; init; }
    public string[]? LabelIds { get; init; }

    /// <summary>When Google accepted the mail, in milliseconds since 1970.</summary>
    public long InternalDate { get; init; }

    /// <summary>In octets, nearly.</summary>
    public long SizeEstimate { get; init; }

    /// <summary>The whole mail, where it was asked for.</summary>
    [JsonConverter(typeof(Base64UrlOctets))]
    public byte[]? Raw { get; init; }

    /// <summary>The header, where it was asked for alone.</summary>
    public GmailPart? Payload { get; init; }
}

sealed record GmailPart(GmailHeader?[]? Headers);

sealed record GmailHeader(string? Name, string? Value);

/// <summary>users.messages.list: identities only, the newest first.</summary>
sealed record GmailList(GmailMessage?[]? Messages, string? NextPageToken);

/// <summary>users.history.list: in the order in which it happened.</summary>
sealed record GmailHistory(GmailRecord?[]? History, string? NextPageToken, ulong HistoryId);

sealed record GmailRecord(ulong Id, GmailChange?[]? MessagesAdded, GmailChange?[]? LabelsAdded);

sealed record GmailChange(GmailMessage? Message);

/// <summary>users.getProfile.</summary>
sealed record GmailProfile(string? EmailAddress, ulong HistoryId);

/// <summary>RFC 4648, 5, straight into octets: as text a large mail would be in memory three times.</summary>
sealed class Base64UrlOctets : JsonConverter<byte[]>
{
    public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String) throw new JsonException();
        try
        {
            if (!reader.ValueIsEscaped && !reader.HasValueSequence) return Base64Url.DecodeFromUtf8(reader.ValueSpan);
            var text = new byte[reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length];
            return Base64Url.DecodeFromUtf8(text.AsSpan(0, reader.CopyString(text)));
        }
        catch (FormatException e) { throw new JsonException(null, e); }
    }

    public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) => writer.WriteStringValue(Base64Url.EncodeToString(value));
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(GmailMessage))]
[JsonSerializable(typeof(GmailList))]
[JsonSerializable(typeof(GmailHistory))]
[JsonSerializable(typeof(GmailProfile))]
sealed partial class GmailJson : JsonSerializerContext;

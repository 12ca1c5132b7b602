using System.Text.Json.Serialization;

namespace VaultKit.Mail;

/// <summary>What Graph says of a mail (resource "message"); of its properties only those that are looked at.</summary>
sealed record GraphMessage
{
    public string? Id { get; init; }

    /// <summary>Null where the mail was removed.</summary>
    public DateTimeOffset? ReceivedDateTime { get; init; }

    public bool? IsDraft { get; init; }

    public GraphHeader?[]? InternetMessageHeaders { get; init; }

    /// <summary>What Exchange knows beside; asked for the size alone.</summary>
    public GraphProperty?[]? SingleValueExtendedProperties { get; init; }
}

sealed record GraphHeader(string? Name, string? Value);

sealed record GraphProperty(string? Value);

/// <summary>A page of a delta query: there is a next one, or a link for the changes from here on.</summary>
sealed record GraphPage
{
    public GraphMessage?[]? Value { get; init; }

    [JsonPropertyName("@odata.nextLink")]
    public string? NextLink { get; init; }

    [JsonPropertyName("@odata.deltaLink")]
    public string? DeltaLink { get; init; }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GraphMessage))]
[JsonSerializable(typeof(GraphPage))]
sealed partial class GraphJson : JsonSerializerContext;

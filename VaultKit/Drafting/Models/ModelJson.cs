using System.Text.Json.Serialization;

namespace VaultKit.Drafting;

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ChatRequest))]
[JsonSerializable(typeof(ChatAnswer))]
[JsonSerializable(typeof(MessagesRequest))]
[JsonSerializable(typeof(MessagesAnswer))]
[JsonSerializable(typeof(ModelError))]
[JsonSerializable(typeof(ModelReply))]
[JsonSerializable(typeof(ModelAnswer))]
[JsonSerializable(typeof(ModelLedger))]
sealed partial class ModelJson : JsonSerializerContext;

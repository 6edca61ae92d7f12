using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using AutoDeploy.Api.Hooks.Keys;
using AutoDeploy.Api.Http;

namespace AutoDeploy.Api.Hooks;

/// <summary>What is read of deliveries; source-generated, since this is the hot path.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    GenerationMode = JsonSourceGenerationMode.Metadata
)]
[JsonSerializable(typeof(DockerHubDelivery))]
[JsonSerializable(typeof(RegistryEnvelope))]
[JsonSerializable(typeof(GitHubDelivery))]
[JsonSerializable(typeof(GitLabEvent))]
[JsonSerializable(typeof(GitLabDelivery))]
[JsonSerializable(typeof(GiteaDelivery))]
[JsonSerializable(typeof(BitbucketDelivery))]
[JsonSerializable(typeof(BitbucketServerDelivery))]
[JsonSerializable(typeof(GitDelivery))]
[JsonSerializable(typeof(GitHubPackageDelivery))]
[JsonSerializable(typeof(GiteaPackageDelivery))]
[JsonSerializable(typeof(RegistryEvent))]
[JsonSerializable(typeof(HarborEvent))]
[JsonSerializable(typeof(HarborDelivery))]
[JsonSerializable(typeof(QuayDelivery))]
[JsonSerializable(typeof(List<AzureEvent?>))]
[JsonSerializable(typeof(AzureValidation))]
[JsonSerializable(typeof(AzureEvent))]
[JsonSerializable(typeof(SnsMessage))]
[JsonSerializable(typeof(EcrDelivery))]
[JsonSerializable(typeof(EcrDetail))]
[JsonSerializable(typeof(GoogleDelivery))]
[JsonSerializable(typeof(GoogleEvent))]
[JsonSerializable(typeof(JFrogEvent))]
[JsonSerializable(typeof(JFrogDelivery))]
[JsonSerializable(typeof(ImageDelivery))]
internal sealed partial class HookJson : JsonSerializerContext
{
    /// <summary>Null when it cannot be read, with a sentence that says why.</summary>
    public static T? Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, string expected, out string? error)
        where T : class
    {
        error = null;
        try
        {
            if (JsonSerializer.Deserialize(json, type) is { } read)
                return read;
            error = $"The body is null; {expected}.";
        }
        catch (JsonException e)
        {
            error = Explain(e, expected);
        }

        return null;
    }

    private static string Explain(JsonException e, string expected)
    {
        var where = e.Path is { Length: > 2 } path ? $"`{ApiException.Shorten(path[2..])}`" : "The body";
        return JsonBody.IsTooDeep(e) ? $"The body is nested too deeply; {expected}."
            : e.InnerException is InvalidOperationException or FormatException
            || e.Message.StartsWith("The JSON value could not", StringComparison.Ordinal)
                ? $"{where} is not as expected; {expected}."
            : $"The body is not valid JSON (line {SentenceText.FormatNumber((e.LineNumber ?? 0) + 1)}, byte "
                + $"{SentenceText.FormatNumber((e.BytePositionInLine ?? 0) + 1)}); {expected}.";
    }

    /// <summary>A name for people, on one line and of bounded length; null for none.</summary>
    public static string? Person(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
            return null;
        foreach (var c in name)
            if (char.IsControl(c))
                return null;
        return name.Length <= 255 ? name : null;
    }
}

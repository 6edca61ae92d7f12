using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Docker.DotNet.Models;

namespace Docker.DotNet;

/// <summary>JSON as the daemon speaks it: null members are left out, durations are nanoseconds.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new Nanoseconds(), new RestartPolicyKindConverter() },
    };

    public static byte[] Write(object value) => JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), Options);

    public static T Read<T>(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<T>(json, Options)!;

    /// <summary>Values written one after the other, with or without white space between them.</summary>
    public static async IAsyncEnumerable<T> ReadSequence<T>(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream);
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            while (TryTake(ref buffer, out T? value))
                yield return value!;
            if (result.IsCompleted)
                break;
            reader.AdvanceTo(buffer.Start, buffer.End);
        }

        await reader.CompleteAsync();
    }

    private static bool TryTake<T>(ref ReadOnlySequence<byte> buffer, out T? value)
    {
        value = default;
        var json = new Utf8JsonReader(buffer, isFinalBlock: false, default);
        if (buffer.IsEmpty || !JsonDocument.TryParseValue(ref json, out var document))
            return false;
        using (document)
            value = document.Deserialize<T>(Options);
        buffer = buffer.Slice(json.BytesConsumed);
        return true;
    }

    private sealed class Nanoseconds : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => new(reader.GetInt64() / 100);

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Ticks * 100);
    }

    /// <summary>For the one duration that is written in seconds.</summary>
    internal sealed class Seconds : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => TimeSpan.FromSeconds(reader.GetInt64());

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteNumberValue((long)value.TotalSeconds);
    }

    private sealed class RestartPolicyKindConverter : JsonConverter<RestartPolicyKind>
    {
        private static readonly string[] Names = ["", "no", "always", "on-failure", "unless-stopped"];

        public override RestartPolicyKind Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            Array.IndexOf(Names, reader.GetString()) is >= 0 and var at ? (RestartPolicyKind)at : throw new JsonException("Unknown restart policy.");

        public override void Write(Utf8JsonWriter writer, RestartPolicyKind value, JsonSerializerOptions options) => writer.WriteStringValue(Names[(int)value]);
    }
}

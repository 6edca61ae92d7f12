using System.Collections.Immutable;
using AutoDeploy.Api.Http;
using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <summary><c>blkio_config</c>, as Compose has it.</summary>
public static class BlockIoBinding
{
    private static readonly JsonBinder<Item> Weights = new([
        Path(),
        new(
            "weight",
            SchemaFactory.Integer("10 to 1,000.", 10, 1000),
            (d, v) => d.Value = v.ReadInteger(10, 1000) ?? throw v.CreateTypeError("a whole number from 10 to 1,000")
        )
        {
            Required = true,
        },
    ]);

    private static readonly JsonBinder<Item> Rates = new([
        Path(),
        new(
            "rate",
            SchemaFactory.Integer("Bytes (also as text such as \"1m\") or operations a second.", 1, 1L << 50, orText: true),
            (d, v) => d.Value = ContainerOptionsBinding.ReadSize(v, 1) ?? throw v.CreateError("is 0; expected 1 or more")
        )
        {
            Required = true,
        },
    ]);

    public static readonly JsonBinder<Request> Binder = new([
        new(
            "weight",
            SchemaFactory.Integer("A relative weight; null: the default.", 10, 1000),
            (d, v) => d.Options = d.Options with { Weight = v.ReadInteger(10, 1000) }
        ),
        new(
            "weight_device",
            SchemaFactory.Objects("Weights for devices.", Weights),
            (d, v) => d.Options = d.Options with { Weights = ReadItems(v, Weights) }
        ),
        new(
            "device_read_bps",
            SchemaFactory.Objects("Bytes read a second at most.", Rates),
            (d, v) => d.Options = d.Options with { ReadBytes = ReadItems(v, Rates) }
        ),
        new(
            "device_write_bps",
            SchemaFactory.Objects("Bytes written a second at most.", Rates),
            (d, v) => d.Options = d.Options with { WriteBytes = ReadItems(v, Rates) }
        ),
        new(
            "device_read_iops",
            SchemaFactory.Objects("Reads a second at most.", Rates),
            (d, v) => d.Options = d.Options with { ReadOperations = ReadItems(v, Rates) }
        ),
        new(
            "device_write_iops",
            SchemaFactory.Objects("Writes a second at most.", Rates),
            (d, v) => d.Options = d.Options with { WriteOperations = ReadItems(v, Rates) }
        ),
    ]);

    public static BlockIoOptions? Read(RequestValue value) => value.IsNull ? null : Binder.Read(value, new Request()).Options;

    private static PropertyBinding<Item> Path() =>
        new("path", SchemaFactory.RequiredText("A device of the host, such as \"/dev/sda\"."), (d, v) => d.Path = ReadPath(v))
        {
            Required = true,
        };

    private static string ReadPath(RequestValue value)
    {
        var path = ContainerTextReader.AbsolutePath(value);
        return path.StartsWith("/dev/", StringComparison.Ordinal)
            ? path
            : throw value.CreateError($"is \"{ApiException.Shorten(path)}\"; expected a device such as \"/dev/sda\"");
    }

    private static ImmutableArray<DeviceRate> ReadItems(RequestValue value, JsonBinder<Item> binder) =>
        [
            .. value
                .ReadItems(ServiceLimits.Items)
                .Select(item => binder.Read(item, new Item()))
                .Select(item => new DeviceRate(item.Path, item.Value)),
        ];

    public sealed class Request
    {
        public BlockIoOptions Options { get; set; } = new();
    }

    private sealed class Item
    {
        public string Path { get; set; } = "";

        public long Value { get; set; }
    }
}

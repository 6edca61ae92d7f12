using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using AutoDeploy.Api.Http;
using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <summary><c>gpus</c>: "all", a number, or requests as Compose has them.</summary>
public static partial class DeviceRequestBinding
{
    public static readonly JsonBinder<Request> Binder = new([
        new(
            "driver",
            SchemaFactory.Text("The driver, such as \"nvidia\"; empty: the one that has the capabilities."),
            (d, v) =>
                d.Value = d.Value with
                {
                    Driver = v.IsNull || v.ReadLine().Length == 0 ? "" : ContainerOptionsBinding.Word(v, "a driver such as \"nvidia\""),
                }
        ),
        new(
            "count",
            SchemaFactory.Integer("So many devices; -1: all. Instead of device_ids.", -1, 1024),
            (d, v) => d.Value = d.Value with { Count = v.ReadInteger(-1, 1024) ?? 0 }
        ),
        new(
            "device_ids",
            SchemaFactory.Texts("Ids of devices, such as \"0\"."),
            (d, v) => d.Value = d.Value with { DeviceIds = ContainerOptionsBinding.Texts(v, IdPattern(), "an id such as \"0\"") }
        ),
        new(
            "capabilities",
            SchemaFactory.Texts("What the devices have to be capable of; [\"gpu\"] unless given."),
            (d, v) => d.Value = d.Value with { Capabilities = ContainerOptionsBinding.Texts(v, IdPattern(), "a word such as \"gpu\"") }
        ),
        new(
            "options",
            SchemaFactory.Map("Options of the driver."),
            (d, v) => d.Value = d.Value with { Options = ContainerOptionsBinding.Map(v) }
        ),
    ]);

    public static ImmutableArray<DeviceRequest> ReadAll(RequestValue value)
    {
        if (value.IsText)
            return value.ReadLine() == "all"
                ? [Gpus(-1)]
                : throw value.CreateError($"is \"{ApiException.Shorten(value.ReadLine())}\"; expected \"all\", a number or an array");
        if (value.Element.ValueKind == JsonValueKind.Number)
            return value.ReadInteger(0, 1024) is { } count and > 0 ? [Gpus(count)] : [];
        return [.. value.ReadItems(ServiceLimits.Items).Select(Read)];
    }

    private static DeviceRequest Read(RequestValue item)
    {
        var request = Binder.Read(item, new Request()).Value;
        if (request.Count != 0 && request.DeviceIds.Length > 0)
            throw item.CreateError("has count and device_ids; expected one or the other");
        if (request.Count == 0 && request.DeviceIds.Length == 0)
            throw item.CreateError("has neither count nor device_ids; expected one of them, such as {\"count\": -1}");
        return request.Capabilities.Length > 0 ? request : request with { Capabilities = ["gpu"] };
    }

    private static DeviceRequest Gpus(int count) => new() { Count = count, Capabilities = ["gpu"] };

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,254}\z")]
    private static partial Regex IdPattern();

    public sealed class Request
    {
        public DeviceRequest Value { get; set; } = new();
    }
}

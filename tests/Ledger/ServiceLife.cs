using System.Reflection;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using Orleans.Storage;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests;

/// <summary>The life of a service, change by change, as its grain stores it and hands it over.</summary>
internal static class ServiceLife
{
    public static readonly Guid Uuid = new("0b000000-0000-0000-0000-000000000007");

    private static readonly Service Created = new()
    {
        Uuid = Uuid,
        Organization = "default",
        Name = "web",
        Settings = new ServiceSettings { Image = "docker.io/acme/web:1", PollSeconds = 60 },
        Created = Noon,
    };

    private static readonly ContainerView Container = new()
    {
        Uuid = new Guid("0c000000-0000-0000-0000-000000000007"),
        Id = "1",
        Name = "web-1",
        Slot = 1,
        Running = true,
        Image = "acme/web:1",
    };

    /// <summary>The last is removed.</summary>
    private static readonly Service[] Changes =
    [
        Created,
        Created with
        {
            Status = ServiceStatus.Running,
            Containers = [Container],
        },
        Created with
        {
            Status = ServiceStatus.Running,
            Containers = [Container],
            Available = new ServiceVersion { Image = ImageName.Parse("acme/web:2"), Time = Noon },
        },
        Created with
        {
            Status = ServiceStatus.Running,
            Containers = [Container],
            Revision = 1,
            Settings = new ServiceSettings { Image = "docker.io/acme/api:1" },
        },
        Created with
        {
            Status = ServiceStatus.Terminated,
            Revision = 1,
            Settings = new ServiceSettings { Image = "docker.io/acme/api:1" },
        },
    ];

    /// <summary>The events that all of it leads to.</summary>
    public const string Events =
        "Service Create NotRunning, Container Create, Service Update Running, Service Update Running, Container Delete, "
        + "Service Update Terminated, Service Delete Terminated";

    /// <summary>Reads its state, as its grain does when it is activated.</summary>
    public static async Task<(ServiceStore Store, StoredServiceState State)> Open(ILedger ledger, IGrainStorage storage)
    {
        var state = new StoredServiceState(storage, Uuid);
        await state.ReadStateAsync();
        var store = new ServiceStore(state, ledger, TimeProvider.System);
        await store.Open(Never);
        return (store, state);
    }

    /// <summary>Goes through its life, which it may be in the midst of, to its end.</summary>
    public static async Task Live(ILedger ledger, IGrainStorage storage)
    {
        var (store, _) = await Open(ledger, storage);
        for (
            var next = Changes.Index().LastOrDefault(one => IsReached(one.Item, store.Service)).Index + (store.Service is null ? 0 : 1);
            next < Changes.Length;
            next++
        )
        {
            await store.Write(Changes[next]);
            Assert.True(await store.HandOver(Never));
        }

        await store.Remove(Never);
    }

    private static bool IsReached(Service change, Service? now) =>
        now is not null && (change.Status, change.Revision, change.Available) == (now.Status, now.Revision, now.Available);

    /// <summary>
    /// A storage and a ledger that have this process killed just before or after the call of that number that changes something.
    /// </summary>
    public static (ILedger Ledger, IGrainStorage Storage) KillAt(int call, ILedger ledger, IGrainStorage storage)
    {
        var calls = 0;
        string[] changing =
        [
            nameof(IGrainStorage.WriteStateAsync),
            nameof(IGrainStorage.ClearStateAsync),
            nameof(ILedger.HandOver),
            nameof(ILedger.RemoveService),
        ];
        return (Between<ILedger>.Of(ledger, Kill), Between<IGrainStorage>.Of(storage, Kill));

        void Kill(MethodInfo method)
        {
            if (!changing.Contains(method.Name) || ++calls != call)
                return;
            System.Diagnostics.Process.GetCurrentProcess().Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }

    /// <summary>Says what is about to be called.</summary>
    public class Between<T> : DispatchProxy
        where T : class
    {
        private T _inner = null!;
        private Action<MethodInfo> _before = null!;

        public static T Of(T inner, Action<MethodInfo> before)
        {
            var proxy = Create<T, Between<T>>();
            (((Between<T>)(object)proxy)._inner, ((Between<T>)(object)proxy)._before) = (inner, before);
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            _before(targetMethod!);
            return targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
        }
    }
}

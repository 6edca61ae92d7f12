using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using AutoDeploy.Telemetry;

namespace AutoDeploy.Api.Access;

/// <summary>
/// Makes guessing slow: an address that sent 20 wrong tokens within a minute has to wait, and none of its tokens is looked at meanwhile,
/// right or
/// wrong. It waits a minute, and twice as long each time that it goes on, up to an hour. Remembers a bounded number of addresses.
/// </summary>
/// <remarks>
/// Our own, because the limiters of System.Threading.RateLimiting neither wait longer each time nor bound the number of partitions, which
/// is for the attacker to choose here.
/// </remarks>
public sealed partial class FailedLoginLimiter(TimeProvider time, ILogger<FailedLoginLimiter> logger)
{
    public const int MaxAttempts = 20;
    public const int MaxAddresses = 10_000;

    /// <summary>So many are looked at for one that can be forgotten.</summary>
    private const int Candidates = 16;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan FirstWait = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan MaxWait = TimeSpan.FromHours(1);

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, Record> _byAddress = [];

    /// <summary>What a clock that is set back does not touch.</summary>
    private readonly long _began = time.GetTimestamp();

    private TimeSpan _lastCleanUp;

    public int Addresses => _byAddress.Count;

    private TimeSpan Now => time.GetElapsedTime(_began);

    /// <summary>How long the address has to wait before any of its tokens is looked at; null: not at all.</summary>
    public TimeSpan? WaitOf(IPAddress? address)
    {
        // nearly always
        if (_byAddress.Count == 0)
            return null;
        lock (_lock)
        {
            if (!_byAddress.TryGetValue(Key(address), out var record) || record.WaitsUntil <= Now)
                return null;
            AutoDeployMetrics.AccessRefused("waiting");
            return record.WaitsUntil - Now;
        }
    }

    /// <summary>The address sent a wrong token.</summary>
    public void Add(IPAddress? address)
    {
        AutoDeployMetrics.AccessRefused("wrong_token");
        var key = Key(address);
        bool isFirst;
        TimeSpan? wait;
        lock (_lock)
        {
            var now = Now;
            if (!_byAddress.TryGetValue(key, out var record))
            {
                if (_byAddress.Count >= MaxAddresses)
                    MakeRoom(now);
                _byAddress.Add(key, record = new Record());
            }

            isFirst = !record.HasFailedWithin(Window, now);
            wait = record.Add(now);
        }

        if (wait is { } longer)
            LogWaits(logger, address, MaxAttempts, longer);
        else if (isFirst)
            LogWrong(logger, address);
    }

    private void MakeRoom(TimeSpan now)
    {
        if (now - _lastCleanUp >= SweepInterval)
        {
            _lastCleanUp = now;
            foreach (var (key, record) in _byAddress)
                if (record.IsOver(now))
                    _byAddress.Remove(key);
        }

        // one that does not have to wait, if there is one among the first
        if (_byAddress.Count >= MaxAddresses)
            _byAddress.Remove(_byAddress.Take(Candidates).MinBy(pair => pair.Value.WaitsUntil).Key);
    }

    /// <summary>One who has an IPv6 address has 2^64 of them.</summary>
    private static UInt128 Key(IPAddress? address)
    {
        if (address is null)
            return 0;
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        if (address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false })
            bytes[8..].Clear();
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Address} sent a wrong token")]
    private static partial void LogWrong(ILogger logger, IPAddress? address);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Address} sent {Count} wrong tokens within a minute; its tokens are refused for {Wait}"
    )]
    private static partial void LogWaits(ILogger logger, IPAddress? address, int count, TimeSpan wait);

    /// <summary>The last failures of one address.</summary>
    private sealed class Record
    {
        /// <summary>When they were; a ring.</summary>
        private readonly TimeSpan[] _failures = new TimeSpan[MaxAttempts];

        private int _count;
        private int _next;
        private int _waits;

        public TimeSpan WaitsUntil { get; private set; } = TimeSpan.MinValue;

        public bool HasFailedWithin(TimeSpan window, TimeSpan now) =>
            _count > 0 && now - _failures[(_next + MaxAttempts - 1) % MaxAttempts] < window;

        /// <summary>Nothing of it matters any more: it has been quiet for as long as the longest wait since it waited.</summary>
        public bool IsOver(TimeSpan now) => !HasFailedWithin(Window, now) && (_waits == 0 || now - WaitsUntil >= MaxWait);

        /// <summary>One more; answers how long the address has to wait from now on, if it has to.</summary>
        public TimeSpan? Add(TimeSpan now)
        {
            if (IsOver(now))
                _waits = 0;
            _failures[_next] = now;
            _next = (_next + 1) % MaxAttempts;
            _count = Math.Min(_count + 1, MaxAttempts);
            // the oldest of the ring is the next to be overwritten
            if (_count < MaxAttempts || now - _failures[_next] >= Window)
                return null;
            _count = 0;
            var wait = _waits < 6 ? FirstWait * (1 << _waits) : MaxWait;
            wait = wait < MaxWait ? wait : MaxWait;
            _waits++;
            WaitsUntil = now + wait;
            return wait;
        }
    }
}

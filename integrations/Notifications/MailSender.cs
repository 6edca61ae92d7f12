using System.Net;
using System.Net.Sockets;
using AutoDeploy.Ports;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace AutoDeploy.Integrations.Notifications;

/// <summary>Hands mail to the mail server.</summary>
internal static class MailSender
{
    /// <summary>The name sent in EHLO; it does not reveal the machine's name.</summary>
    private const string LocalDomain = "[127.0.0.1]";

    /// <summary>Returns the server's answer on acceptance, or the reason why it refused some recipients.</summary>
    public static async Task<DeliveryResult> Send(MailSettings settings, MimeMessage mail, CancellationToken cancellationToken)
    {
        using var client = new SmtpClient
        {
            LocalDomain = LocalDomain,
            // no revocation check: private certificate authorities often do not offer one
            CheckCertificateRevocation = false,
        };
        try
        {
            await Connect(client, settings, cancellationToken);
            var answer = await client.SendAsync(mail, cancellationToken);
            await client.DisconnectAsync(quit: true, cancellationToken);
            return new DeliveryResult
            {
                IsDelivered = true,
                Status = (int)SmtpStatusCode.Ok,
                ResponseText = answer,
            };
        }
        catch (SmtpCommandException failure)
        {
            var words = failure.Message.Split('\n')[0].Trim().TrimEnd('.');
            return DeliveryResult.CreateFailure($"The mail server {settings} answered {(int)failure.StatusCode}: {words}.") with
            {
                Status = (int)failure.StatusCode,
                ResponseText = failure.Message,
            };
        }
        catch (Exception failure) when (Sentence(failure, settings) is { } sentence)
        {
            return DeliveryResult.CreateFailure(sentence);
        }
    }

    /// <summary>A password is sent only over TLS or to this machine.</summary>
    public static bool MaySendPassword(bool isSecure, EndPoint? server) =>
        isSecure || (server is IPEndPoint { Address: var address } && IPAddress.IsLoopback(address));

    private static async Task Connect(SmtpClient client, MailSettings settings, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(settings.Host, settings.Port, cancellationToken);
            var server = socket.RemoteEndPoint;
            await client.ConnectAsync(
                socket,
                settings.Host,
                settings.Port,
                settings.Tls ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTlsWhenAvailable,
                cancellationToken
            );
            if (settings.User.Length == 0)
                return;
            if (!MaySendPassword(client.IsSecure, server))
                throw new UnencryptedException();
            await client.AuthenticateAsync(settings.User, settings.Password, cancellationToken);
        }
        finally
        {
            if (!client.IsConnected)
                socket.Dispose();
        }
    }

    private static string? Sentence(Exception failure, MailSettings settings) =>
        failure switch
        {
            UnencryptedException => $"The mail server {settings} does not offer encryption, and a password is not sent without.",
            SslHandshakeException =>
                $"There was no secure connection to the mail server {settings}: its certificate is not trusted, or it does not speak TLS.",
            AuthenticationException =>
                $"The mail server {settings} refuses the name or the password: {failure.Message.Split('\n')[0].Trim().TrimEnd('.')}.",
            NotSupportedException => $"The mail server {settings} offers no way to log in with a name and a password.",
            ProtocolException => $"The mail server {settings} does not speak SMTP.",
            SocketException or IOException or ServiceNotConnectedException =>
                $"There was no connection to the mail server {settings}, or it was lost.",
            _ => null,
        };

    /// <summary>A password would go over the network for all to read.</summary>
    private sealed class UnencryptedException : Exception;
}

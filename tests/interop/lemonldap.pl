#!/usr/bin/env perl
# LemonLDAP::NG's portal as an OpenID provider, with nothing of the machine's own configuration: `lemonldap.pl FOLDER`, which must be empty.
# Listens on a free port of loopback and prints it; takes one line, the gateway's origin. Ends with its input.

use strict;
use warnings;
use utf8;
use Crypt::OpenSSL::RSA;
use HTTP::Server::PSGI;
use IO::Socket::INET;
use JSON;

my $folder = shift or die "which folder?\n";
mkdir "$folder/$_" or die "$folder/$_: $!\n" for qw(conf cache sessions locks);
$| = 1;

my $socket = IO::Socket::INET->new(Listen => 64, LocalAddr => '127.0.0.1', LocalPort => 0, ReuseAddr => 1) or die "$!\n";
my $issuer = 'http://127.0.0.1:' . $socket->sockport;
print $socket->sockport, "\n";
chomp(my $gateway = <STDIN>);

my $key = Crypt::OpenSSL::RSA->generate_key(2048);

# What a provincial portal tells of a person, under its own names, as expressions that give the values. The account is one of the product's
# demonstration.
my %person = ( papersnumber => "'110101199003071233'", paperstype => "'1'", authlevel => "'2'", usertype => "'1'" );

my $configuration = {
    cfgNum    => 1,
    cfgAuthor => 'test',
    cfgDate   => time,
    portal    => "$issuer/",
    domain    => '127.0.0.1',
    authentication => 'Demo', userDB => 'Same', passwordDB => 'Null', registerDB => 'Null',
    demoExportedVars => { cn => 'cn', uid => 'uid', mail => 'mail' },
    macros           => { %person, fullname => "'测试'" },
    globalStorage    => 'Apache::Session::File',
    globalStorageOptions => {
        Directory      => "$folder/sessions",
        LockDirectory  => "$folder/locks",
        generateModule => 'Lemonldap::NG::Common::Apache::Session::Generate::SHA256',
    },
    captcha       => 'NoPictures',
    whatToTrace   => 'uid',
    locationRules => { '127.0.0.1' => { default => 'accept' } },
    issuerDBOpenIDConnectActivation => 1,
    oidcServiceMetaDataIssuer => $issuer,
    oidcServiceKeyIdSig       => 'key-1',
    oidcServicePrivateKeySig  => $key->get_private_key_string,
    oidcServicePublicKeySig   => $key->get_public_key_x509_string,
    oidcRPMetaDataOptions     => {
        gateway => {
            oidcRPMetaDataOptionsClientID               => 'buzheng',
            oidcRPMetaDataOptionsClientSecret           => 'of the test: 100 % known & more',
            oidcRPMetaDataOptionsIDTokenSignAlg         => 'RS256',
            oidcRPMetaDataOptionsRequirePKCE            => 1,
            # Its pages that ask for consent leave something behind by which a sign-out ends on its own menu, and not back.
            oidcRPMetaDataOptionsBypassConsent          => 1,
            oidcRPMetaDataOptionsRedirectUris           => "$gateway/sso/callback",
            oidcRPMetaDataOptionsPostLogoutRedirectUris => "$gateway/signed-out",
        },
    },
    oidcRPMetaDataExportedVars => { gateway => { cn => 'fullname', map { $_ => $_ } keys %person } },
    oidcRPMetaDataOptionsExtraClaims => { gateway => { profile => join ' ', 'cn', keys %person } },
};
spew("$folder/conf/lmConf-1.json", JSON->new->utf8->encode($configuration));
spew("$folder/lemonldap-ng.ini", <<"INI");
[all]
logLevel = warn
[configuration]
type = File
dirName = $folder/conf
localStorage = Cache::FileCache
localStorageOptions = {'namespace' => 'conf', 'cache_root' => '$folder/cache'}
[portal]
staticPrefix = /static
templateDir = /usr/share/lemonldap-ng/portal/templates
languages = en
INI

# In place of the module for captchas, which is always loaded, never used here, and wants Image::Magick.
{
    package NoPictures;
    use Mouse;
    extends 'Lemonldap::NG::Portal::Main::Plugin';
    sub init { return 1 }
    $INC{'NoPictures.pm'} = __FILE__;
}

sub spew {
    my ($path, $text) = @_;
    open my $file, '>', $path or die "$path: $!\n";
    print {$file} $text;
    close $file or die "$path: $!\n";
}

# The server below waits for requests and for nothing else.
my $server = $$;
defined(my $watcher = fork) or die "fork: $!\n";
if (!$watcher) {
    close STDOUT;
    1 while <STDIN>;
    kill 'TERM', $server;
    exit;
}

$ENV{LLNG_DEFAULTCONFFILE} = "$folder/lemonldap-ng.ini";
require Lemonldap::NG::Portal;
my $portal = Lemonldap::NG::Portal->run( {} );
print "ready\n";
HTTP::Server::PSGI->new(listen_sock => $socket)->run($portal);
